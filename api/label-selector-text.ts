// Reads the text form of label selectors: a tokenizer and a recursive-descent parser over
//   selector    = [ requirement { "," requirement } ]
//   requirement = "!" key | key [ ("=" | "==" | "!=" | ">" | "<") [value] | ("in" | "notin") "(" values ")" ]
import type { LabelRequirement } from './label-selector.ts';
import { labelValueProblem, qualifiedNameProblem } from './names.ts';
import type { SelectorResult } from './selector-result.ts';

/** Longest text that is read: a URL's worth. */
const TEXT_MAX = 64 * 1024;

interface Token {
  /** A sign stands for itself; `word` is a key, a value or one of the words `in`, `notin`. */
  type: '!' | ',' | '(' | ')' | '=' | '==' | '!=' | '>' | '<' | 'word' | 'end';
  text: string;
}

/** Carries the sentence out of the recursion; never leaves this file. */
class Unreadable extends Error {}

/** @returns the requirements in the order written. */
export function parseRequirements(text: string): SelectorResult<LabelRequirement[]> {
  if (text.length > TEXT_MAX) return { ok: false, message: 'the label selector is too long' };
  try {
    return { ok: true, selector: new Parser(tokenize(text)).requirements() };
  } catch (error) {
    if (error instanceof Unreadable)
      return { ok: false, message: `unable to parse label selector: ${error.message}` };
    throw error;
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const [found, space, sign] of text.matchAll(/([ \t\r\n]+)|(==|!=|[!,()=<>])|[^ \t\r\n!,()=<>]+/g)) {
    if (space !== undefined) continue;
    tokens.push(
      sign === undefined ? { type: 'word', text: found } : { type: sign as Token['type'], text: sign },
    );
  }
  tokens.push({ type: 'end', text: '' });
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  requirements(): LabelRequirement[] {
    const found: LabelRequirement[] = [];
    if (this.#peek().type === 'end') return found;
    for (;;) {
      found.push(this.#requirement());
      const next = this.#take();
      if (next.type === 'end') return found;
      if (next.type !== ',') throw unexpected(next, `',' or end of selector`);
    }
  }

  #requirement(): LabelRequirement {
    if (this.#peek().type === '!') {
      this.#take();
      return { key: this.#key(), operator: 'absent', values: [] };
    }
    const key = this.#key();
    const next = this.#peek();
    if (next.type === 'end' || next.type === ',') return { key, operator: 'exists', values: [] };
    this.#take();
    if (next.type === 'word') return this.#setRequirement(key, next);
    if (next.type === '=' || next.type === '==') return { key, operator: '=', values: [this.#value()] };
    if (next.type === '!=') return { key, operator: '!=', values: [this.#value()] };
    if (next.type === '>' || next.type === '<') {
      return { key, operator: next.type, values: [this.#number(next.type)] };
    }
    throw unexpected(next, OPERATORS_TEXT);
  }

  #setRequirement(key: string, word: Token): LabelRequirement {
    if (word.text !== 'in' && word.text !== 'notin') throw unexpected(word, OPERATORS_TEXT);
    const open = this.#take();
    if (open.type !== '(') throw unexpected(open, `'('`);
    const close = this.#peek();
    if (close.type === ')') throw new Unreadable(`for '${word.text}' the set of values cannot be empty`);
    const values = [this.#value()];
    for (;;) {
      const next = this.#take();
      if (next.type === ')') return { key, operator: word.text, values: [...new Set(values)] };
      if (next.type !== ',') throw unexpected(next, `',' or ')'`);
      values.push(this.#value());
    }
  }

  #key(): string {
    const token = this.#take();
    if (token.type !== 'word') throw unexpected(token, 'a label key');
    const problem = qualifiedNameProblem(token.text);
    if (problem !== undefined) throw new Unreadable(`label key '${token.text}' ${problem}`);
    return token.text;
  }

  /** A value may be empty: `a=` and `a in (,b)`. */
  #value(): string {
    if (this.#peek().type !== 'word') return '';
    const { text } = this.#take();
    const problem = labelValueProblem(text);
    if (problem !== undefined) throw new Unreadable(`value '${text}' ${problem}`);
    return text;
  }

  #number(operator: string): string {
    const value = this.#value();
    if (!/^\d+$/.test(value)) throw new Unreadable(`for '${operator}' the value must be a whole number`);
    return value;
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { type: 'end', text: '' };
  }

  #take(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }
}

const OPERATORS_TEXT = `'in', 'notin', '=', '==', '!=', '>' or '<'`;
function unexpected(token: Token, expected: string): Unreadable {
  return new Unreadable(`found '${token.text}', expected ${expected}`);
}
