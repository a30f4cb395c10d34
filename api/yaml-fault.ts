// What is wrong with a YAML text, told so that its author finds and mends it: place, line, plain sentence.
import type { ErrorCode } from 'yaml';

/** One finding. Lines and columns count from 1. */
export interface YamlFault {
  file: string;
  line: number;
  column: number;
  /** Which document of the file, from 1. */
  document: number;
  /** The offending line, cut where it is very long. */
  source: string;
  message: string;
}

const SENTENCES: Readonly<Partial<Record<ErrorCode, string>>> = {
  ALIAS_PROPS: 'an alias (*name) cannot have an anchor or a tag of its own',
  BAD_ALIAS: 'an alias (*name) or anchor (&name) is not well formed',
  BAD_INDENT: 'this line is indented differently from the lines that it belongs to',
  BAD_DIRECTIVE: 'this %directive is not known',
  BAD_DQ_ESCAPE:
    'the backslash in the double-quoted text starts no known escape; write \\\\ or use single quotes',
  BAD_SCALAR_START: 'plain text cannot start with this character; put the value in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'there is a second ": " in this line; put the value in quotes or on a line of its own',
  DUPLICATE_KEY: 'this key stands twice in the same map',
  KEY_OVER_1024_CHARS: 'this key is longer than 1024 characters',
  MISSING_CHAR: 'a quote, bracket or separator is missing here or further up',
  MULTILINE_IMPLICIT_KEY: 'a ":" is missing: this line is neither a key nor the continuation of a value',
  MULTIPLE_ANCHORS: 'a value can have one anchor (&name) only',
  MULTIPLE_DOCS: 'there is more than one document here',
  TAB_AS_INDENT: 'the line is indented with a tab; use spaces',
  UNEXPECTED_TOKEN: 'this does not fit in here; check the indentation and the quotes',
};

/** A sentence for an error of the parser; its own words where it has better ones. */
export function sentenceOf(code: ErrorCode, message: string): string {
  return SENTENCES[code] ?? message;
}

/** `web.yaml:12:5: this key stands twice in the same map`, and the line with a mark below the column. */
export function formatYamlFault(fault: YamlFault): string {
  const gutter = `${fault.line} | `;
  const mark = ' '.repeat(gutter.length + Math.max(0, fault.column - 1));
  const head = `${fault.file}:${fault.line}:${fault.column}: ${fault.message}`;
  return fault.source === '' ? head : `${head}\n  ${gutter}${fault.source}\n  ${mark}^`;
}
