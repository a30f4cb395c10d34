// Reads manifests: a text of one or more YAML (or JSON) documents. Each document stands for itself, so one that is
// broken is reported and the others are still read.
import { type Document, LineCounter } from 'yaml';
import { isMap, jsonFault, type JsonMap } from './json-value.ts';
import { sentenceOf, type YamlFault } from './yaml-fault.ts';
import { ALIASES_MAX, misuseIn } from './yaml-misuse.ts';
import { parseYaml } from './yaml-parse.ts';

/** One document that could be read. */
export interface YamlDocument {
  file: string;
  /** Where it starts, from 1. */
  line: number;
  /** Which document of the file, from 1. */
  document: number;
  value: unknown;
}

/** All documents of a text, in order; empty ones are left out. */
export interface YamlDocuments {
  documents: YamlDocument[];
  faults: YamlFault[];
}

/** Longest text: more than any request body may be, so that files of many manifests fit. */
export const YAML_CHARACTERS_MAX = 32 * 1024 * 1024;
const DOCUMENTS_MAX = 10_000;
const SOURCE_SHOWN_MAX = 200;
/** Reads all documents of a text. `file` names it in faults. */
export function readYamlDocuments(text: string, file: string): YamlDocuments {
  const result: YamlDocuments = { documents: [], faults: [] };
  const refusal = { file, line: 1, column: 1, document: 1, source: '' };
  if (text.length > YAML_CHARACTERS_MAX) {
    result.faults.push({ ...refusal, message: `the text is longer than ${YAML_CHARACTERS_MAX} characters` });
    return result;
  }
  const chunks = split(text.replace(/^\uFEFF/, ''));
  if (chunks.length > DOCUMENTS_MAX) {
    result.faults.push({ ...refusal, message: `the text has more than ${DOCUMENTS_MAX} documents` });
    return result;
  }
  let document = 0;
  for (const chunk of chunks) document = readChunk(chunk, file, document, result);
  return result;
}

/** A stretch of the text with a document in it; `line` counts from 0. */
interface Chunk {
  line: number;
  text: string;
}

/** Cut before each `---`, since a document that cannot be parsed must not swallow the next. */
function split(text: string): Chunk[] {
  const chunks: Chunk[] = [];
  let lines: string[] = [];
  let line = 0;
  for (const [index, current] of text.split('\n').entries()) {
    const isStart = /^---(?:\s|$)/.test(current);
    if (isStart && !lines.every((before) => /^(?:%|#|\s*$)/.test(before))) {
      chunks.push({ line, text: lines.join('\n') });
      lines = [];
      line = index;
    }
    lines.push(current);
  }
  chunks.push({ line, text: lines.join('\n') });
  return chunks;
}

/** @returns the number of documents seen so far. */
function readChunk(chunk: Chunk, file: string, documentsBefore: number, result: YamlDocuments): number {
  const counter = new LineCounter();
  const lines = chunk.text.split('\n');
  const place = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    const source = (lines[line - 1] ?? '').replace(/\r$/, '').slice(0, SOURCE_SHOWN_MAX);
    return { line: chunk.line + line, column: Math.max(1, col), source };
  };
  let number = documentsBefore;
  const parsedDocuments = parseYaml(chunk.text, counter);
  if (typeof parsedDocuments === 'string') {
    const start = { line: chunk.line + 1, column: 1, source: '' };
    result.faults.push({ file, document: number + 1, ...start, message: parsedDocuments });
    return number + 1;
  }
  for (const parsed of parsedDocuments) {
    const found = valueOf(parsed);
    if ('value' in found && found.value === null) continue;
    number += 1;
    if ('value' in found) {
      const { line } = place(parsed.contents?.range?.[0] ?? 0);
      result.documents.push({ file, line, document: number, value: found.value });
    } else {
      result.faults.push({ file, document: number, ...place(found.offset), message: found.message });
    }
  }
  return number;
}

function valueOf(parsed: Document.Parsed): { value: unknown } | { offset: number; message: string } {
  const [error] = parsed.errors;
  if (error !== undefined) return { offset: error.pos[0], message: sentenceOf(error.code, error.message) };
  const start = parsed.contents?.range?.[0] ?? 0;
  try {
    const misuse = misuseIn(parsed);
    if (misuse !== undefined) return misuse;
    const value = parsed.toJS({ maxAliasCount: ALIASES_MAX }) as unknown;
    const fault = jsonFault(value);
    return fault === undefined ? { value } : { offset: start, message: fault };
  } catch (cause) {
    return { offset: start, message: sentenceOfThrown(cause) };
  }
}

function sentenceOfThrown(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/Excessive alias count/.test(message))
    return `aliases (*name) expand to more than ${ALIASES_MAX} copies`;
  return message;
}

/** Objects of a document: a `List` of any kind stands for its items, which may leave out what the list says. */
export function objectsOf(value: unknown): unknown[] {
  if (!isMap(value) || !Array.isArray(value['items'])) return [value];
  const { kind, apiVersion } = value;
  if (typeof kind !== 'string' || !kind.endsWith('List')) return [value];
  const itemKind = kind.slice(0, -'List'.length);
  return value['items'].flatMap((item: unknown) => {
    if (!isMap(item)) return [item];
    const named: JsonMap = itemKind === '' ? item : { apiVersion, kind: itemKind, ...item };
    return objectsOf(named);
  });
}
