// Regular expressions of users, in the words that every engine reads alike (those of RE2 without look-around and
// back-references). What leaves this file holds no quote, blank or control character, and cannot take exponential time.
import { invariant } from '@gantry/kit/invariant';

/** A pattern that is safe to write down, or what is wrong with it. */
export type SafeRegex = { pattern: string } | { problem: string };

const LENGTH_MAX = 1_024;
const REPEAT_MAX = 100;
const DEPTH_MAX = 8;
/** Repeated parts in one expression: each costs another walk over the text. */
const REPEATS_MAX = 6;
const CLASSES = new Set(['d', 'D', 'w', 'W', 's', 'S']);
const PLAIN = /^[A-Za-z0-9]$/;

/** Reads an expression. */
export function safeRegex(text: string): SafeRegex {
  if (text.length > LENGTH_MAX) return { problem: `must have at most ${LENGTH_MAX} characters` };
  try {
    const reader = new Reader(text);
    const { pattern } = reader.alternatives(0);
    if (!reader.isAtEnd) throw new Refusal('has a ) without a (');
    return { pattern };
  } catch (error) {
    if (error instanceof Refusal) return { problem: error.message };
    throw error;
  }
}

class Refusal extends Error {}

interface Part {
  pattern: string;
  /** Whether something in it repeats without a small bound. */
  repeats: boolean;
}

class Reader {
  readonly #text: string;
  #at = 0;
  #repeats = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  alternatives(depth: number): Part {
    if (depth > DEPTH_MAX) throw new Refusal(`has groups more than ${DEPTH_MAX} deep`);
    const parts = [this.#sequence(depth)];
    while (this.#takes('|')) parts.push(this.#sequence(depth));
    return {
      pattern: parts.map(({ pattern }) => pattern).join('|'),
      // Alternatives under a repetition may overlap, and then all ways are tried.
      repeats: parts.length > 1 || parts.some(({ repeats }) => repeats),
    };
  }

  #sequence(depth: number): Part {
    const parts: Part[] = [];
    while (!this.isAtEnd && !'|)'.includes(this.#peek())) parts.push(this.#repeated(depth));
    return {
      pattern: parts.map(({ pattern }) => pattern).join(''),
      repeats: parts.some(({ repeats }) => repeats),
    };
  }

  #repeated(depth: number): Part {
    const part = this.#atom(depth);
    const quantifier = this.#quantifier();
    if (quantifier === '') return part;
    if (part.pattern === '^' || part.pattern === '$') throw new Refusal('repeats an anchor');
    if (part.repeats && quantifier !== '?')
      throw new Refusal('repeats a group with a repetition or alternatives in it, which may take for ever');
    if (quantifier !== '?' && (this.#repeats += 1) > REPEATS_MAX)
      throw new Refusal(`has more than ${REPEATS_MAX} repetitions`);
    if (/^[*+?{]/.test(this.#peek())) throw new Refusal('has two quantifiers in a row');
    return { pattern: part.pattern + quantifier, repeats: true };
  }

  #quantifier(): string {
    for (const sign of ['*', '+', '?']) if (this.#takes(sign)) return sign;
    if (this.#peek() !== '{') return '';
    const found = /^\{(\d{1,4})(,(\d{1,4})?)?\}/.exec(this.#text.slice(this.#at));
    if (found === null) throw new Refusal('has a { that begins no repetition; write \\{');
    const [whole, least = '', , most = least] = found;
    if (Number(least) > Number(most) || Number(most) > REPEAT_MAX)
      throw new Refusal(`has a repetition of more than ${REPEAT_MAX} times`);
    this.#at += whole.length;
    return whole;
  }

  #atom(depth: number): Part {
    const character = this.#next();
    if (character === '(') return this.#group(depth);
    if (character === '[') return { pattern: this.#set(), repeats: false };
    if (character === '\\') return { pattern: this.#escaped(), repeats: false };
    if (character === '.' || character === '^' || character === '$')
      return { pattern: character, repeats: false };
    if ('*+?{}])'.includes(character))
      throw new Refusal(`has a ${character} where none may be; write \\${character}`);
    return { pattern: literal(character), repeats: false };
  }

  #group(depth: number): Part {
    if (this.#peek() === '?') {
      this.#at += 1;
      if (!this.#takes(':')) throw new Refusal('has a group of another kind than (…) or (?:…)');
    }
    const { pattern, repeats } = this.alternatives(depth + 1);
    if (!this.#takes(')')) throw new Refusal('has a ( without a )');
    return { pattern: `(?:${pattern})`, repeats };
  }

  #set(): string {
    let pattern = this.#takes('^') ? '[^' : '[';
    let count = 0;
    while (this.#peek() !== ']') {
      const from = this.#member();
      count += 1;
      if (this.#peek() === '-' && this.#text[this.#at + 1] !== ']') {
        this.#at += 1;
        const to = this.#member();
        if (from.code === undefined || to.code === undefined || from.code > to.code)
          throw new Refusal('has a range that ends before it begins');
        pattern += `${from.pattern}-${to.pattern}`;
      } else pattern += from.pattern;
    }
    this.#at += 1;
    if (count === 0) throw new Refusal('has empty brackets');
    return `${pattern}]`;
  }

  #member(): { pattern: string; code?: number } {
    const character = this.#next();
    if (character === '[') throw new Refusal('has a [ within brackets; write \\[');
    if (character !== '\\') return { pattern: literal(character), code: character.charCodeAt(0) };
    const pattern = this.#escaped();
    if (CLASSES.has(pattern[1] ?? '') && pattern.length === 2) return { pattern };
    return { pattern, code: this.#text.charCodeAt(this.#at - 1) };
  }

  #escaped(): string {
    const character = this.#next();
    if (CLASSES.has(character)) return `\\${character}`;
    if (PLAIN.test(character)) throw new Refusal(`has \\${character}, which means nothing here`);
    return literal(character);
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  #next(): string {
    const character = this.#peek();
    if (character === '') throw new Refusal('ends too early');
    this.#at += 1;
    return character;
  }

  #takes(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at += 1;
    return true;
  }
}

/** Letters and digits stand for themselves, all else by its number. */
function literal(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20 || code > 0x7e) throw new Refusal('has a character that is not printable ASCII');
  if (PLAIN.test(character)) return character;
  const hex = code.toString(16).toUpperCase();
  invariant(hex.length === 2, 'ASCII has two digits');
  return `\\x${hex}`;
}
