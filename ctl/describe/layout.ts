// Facts as `describe` prints them: labels in a column, sections indented, tables aligned. Pure.
import { alignColumns } from '../print/aligned.ts';

/** One fact: a text, several lines, a section of facts, or rows. What is undefined is left out. */
export type Content =
  string | readonly string[] | { fields: readonly Field[] } | { rows: readonly string[][] };
export type Field = readonly [label: string, content: Content | undefined];

export const NONE = '<none>';
const INDENT = '  ';

/** The facts as lines, each ended by a line break. */
export function renderFields(fields: readonly Field[], indent = ''): string {
  const present = fields.flatMap(([label, content]) => (content === undefined ? [] : [{ label, content }]));
  const inLine = present.filter(({ content }) => typeof content === 'string' || Array.isArray(content));
  const width = Math.max(0, ...inLine.map(({ label }) => label.length)) + ':  '.length;
  return present.map(({ label, content }) => renderField(label, content, indent, width)).join('');
}

function renderField(label: string, content: Content, indent: string, width: number): string {
  const head = `${label}:`;
  if (typeof content === 'string') return renderLines(head, content.split('\n'), indent, width);
  if ('fields' in content) return `${indent}${head}\n${renderFields(content.fields, indent + INDENT)}`;
  if ('rows' in content) return `${indent}${head}\n${indented(alignColumns(content.rows), indent + INDENT)}`;
  return renderLines(head, content.length === 0 ? [NONE] : content, indent, width);
}

function renderLines(head: string, lines: readonly string[], indent: string, width: number): string {
  return lines
    .map((line, index) => `${indent}${(index === 0 ? head : '').padEnd(width)}${line}`.trimEnd() + '\n')
    .join('');
}

function indented(text: string, indent: string): string {
  return text.replaceAll(/^(?=.)/gm, indent);
}

/** `a=b` lines of a map. */
export function mapLines(map: Readonly<Record<string, string>> | undefined, join = '='): string[] {
  return Object.entries(map ?? {}).map(([key, value]) => `${key}${join}${value}`);
}
