// Reads the repository's own sources for the tidy test.
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** One source file. */
export interface SourceFile {
  /** Path from the repository's root, with forward slashes. */
  path: string;
  text: string;
  lines: number;
  test: boolean;
}

/** Packages of the repository, from the bottom up. */
export const PACKAGES = ['kit', 'api', 'control-plane', 'agent', 'ctl', 'dashboard', 'e2e'] as const;
const SKIPPED = new Set(['node_modules', 'dist', '.git', '.gantry', 'coverage', '.cache']);

/** All TypeScript files of the packages. */
export function readSources(root: string): SourceFile[] {
  return PACKAGES.flatMap((name) => filesBelow(join(root, name)))
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => {
      const text = readFileSync(file, 'utf8');
      const path = relative(root, file);
      return { path, text, lines: text.split('\n').length - 1, test: isTest(path) };
    });
}

function isTest(path: string): boolean {
  return /\.test\.ts$|-contract\.ts$|^e2e\//.test(path);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** A function and its length in lines, comments and blank lines left out. */
export interface FunctionSize {
  name: string;
  lines: number;
}

/** Every function of a file. */
export function functionSizes(file: SourceFile): FunctionSize[] {
  const source = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2023, true);
  const sizes: FunctionSize[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      sizes.push({ name: nameOf(node), lines: codeLines(node.getText(source)) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return sizes;
}

function nameOf(node: ts.SignatureDeclaration): string {
  if (node.name !== undefined) return node.name.getText();
  const parent = node.parent;
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)
    ? parent.name.getText()
    : '(anonymous)';
}

function codeLines(text: string): number {
  return text.split('\n').filter((line) => !/^\s*($|\/\/|\/?\*)/.test(line)).length;
}

/** Module names that a file imports. */
export function importsOf(file: SourceFile): string[] {
  return [
    ...file.text.matchAll(
      /^\s*(?:import|export)\b[^'"]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|import\('([^']+)'\)/gm,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}
