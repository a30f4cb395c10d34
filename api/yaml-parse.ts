// YAML text to syntax trees, safely: nesting is measured before anything recursive sees the text.
//
// YAML 1.1 as kubectl reads it, so that a file means the same to both: `yes`, `on`, `y` are booleans and `0777` is
// octal. Two traps of 1.1 that kubectl's parser does not have are left out as well: `12:30` is no number (base 60)
// and `2026-01-31` is no date but text.
import { Composer, type CST, type Document, Lexer, type LineCounter, Parser, type Tags } from 'yaml';
import { JSON_DEPTH_MAX } from './json-value.ts';

/** About 50,000 lines; more than that keeps a server busy for seconds. */
export const YAML_TOKENS_MAX = 300_000;

/**
 * Keys that stand twice are not reported (the library's own check takes quadratic time): see yaml-misuse.ts.
 *
 * @returns the documents of the text, each with its own errors; or one sentence when it is too deep or too
 * large to read.
 */
export function parseYaml(text: string, lineCounter: LineCounter): Document.Parsed[] | string {
  const tokens = tokensOf(text, lineCounter);
  if (tokens === undefined) return `the text has more than ${YAML_TOKENS_MAX} words and signs`;
  if (isTooDeep(tokens)) return `the document is nested deeper than ${JSON_DEPTH_MAX} levels`;
  const composer = new Composer({
    ...{ version: '1.1', prettyErrors: false, logLevel: 'silent', uniqueKeys: false },
    customTags: plainTags,
    lineCounter,
  });
  return [...composer.compose(tokens, false, text.length)] as Document.Parsed[];
}

/** Undefined when there are too many. */
function tokensOf(text: string, lineCounter: LineCounter): CST.Token[] | undefined {
  const parser = new Parser(lineCounter.addNewLine);
  const tokens: CST.Token[] = [];
  let count = 0;
  lineCounter.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    count += 1;
    if (count > YAML_TOKENS_MAX) return undefined;
    tokens.push(...parser.next(lexeme));
  }
  tokens.push(...parser.end());
  return tokens;
}

/** Near the end of the stack the composer would take the whole process down, so depth is counted level by level. */
function isTooDeep(tokens: readonly CST.Token[]): boolean {
  let level: CST.Token[] = [...tokens];
  for (let depth = 0; level.length > 0; depth += 1) {
    // A document token and the two halves of a pair add levels that JSON does not count.
    if (depth > JSON_DEPTH_MAX + 2) return true;
    level = level.flatMap(childrenOf);
  }
  return false;
}

function childrenOf(token: CST.Token): CST.Token[] {
  const items = 'items' in token ? token.items : [];
  const below = items.flatMap(({ key, value }) => [key, value]);
  if (token.type === 'document') below.push(token.value);
  return below.filter((child): child is CST.Token => child !== undefined && child !== null);
}

const PLAIN_TAGS = /^tag:yaml\.org,2002:(?:map|seq|str|null|bool|int|float|merge)$/;

/** What JSON can hold, without numbers of base 60. */
function plainTags(tags: Tags): Tags {
  return tags.filter((tag) => typeof tag !== 'string' && PLAIN_TAGS.test(tag.tag) && tag.format !== 'TIME');
}
