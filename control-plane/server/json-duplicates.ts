// Finds fields that a JSON text names twice: a parser keeps the last one in silence. Pure; one pass, no recursion.

/** A level of nesting: an object with the keys seen, or a list with its index. */
type Level = { keys: Set<string>; key: string } | { index: number };

/** Reported at most; the rest is more of the same. */
const REPORTS_MAX = 16;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/gs;

/**
 * Paths of the fields named twice, e.g. `data.colour`, of a text that is known to be valid JSON.
 *
 * @param value what the text was parsed to: it has as many fields as the text, unless one was named twice.
 */
export function duplicateFields(text: string, value: unknown): string[] {
  return keysIn(text) === fieldsIn(value) ? [] : namedTwice(text);
}

/** How many keys the text has; nothing is made for any of them. */
function keysIn(text: string): number {
  let count = 0;
  for (let begin = text.indexOf('"'); begin >= 0;) {
    const end = endOfString(text, begin);
    if (isKey(text, end)) count++;
    begin = text.indexOf('"', end);
  }
  return count;
}

/** The position behind the string that begins at `begin`. */
function endOfString(text: string, begin: number): number {
  for (let at = begin + 1; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === BACKSLASH) at++;
    else if (character === QUOTE) return at + 1;
  }
  return text.length;
}

function fieldsIn(value: unknown): number {
  let count = 0;
  const waiting = [value];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const values: unknown[] = Array.isArray(next) ? next : Object.values(next);
    if (!Array.isArray(next)) count += values.length;
    for (const each of values) if (typeof each === 'object') waiting.push(each);
  }
  return count;
}

function namedTwice(text: string): string[] {
  const levels: Level[] = [];
  const found = new Set<string>();
  // A string is a key when the next thing behind it is a colon.
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    const level = levels.at(-1);
    if (token === '{') levels.push({ keys: new Set(), key: '' });
    else if (token === '[') levels.push({ index: 0 });
    else if (token === '}' || token === ']') levels.pop();
    else if (token === ',') {
      if (level !== undefined && 'index' in level) level.index++;
    } else if (level !== undefined && 'keys' in level && isKey(text, match.index + token.length)) {
      level.key = JSON.parse(token) as string;
      if (level.keys.has(level.key) && found.size < REPORTS_MAX) found.add(pathOf(levels));
      level.keys.add(level.key);
    }
  }
  return [...found];
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at++;
  return text.charAt(at) === ':';
}

function pathOf(levels: readonly Level[]): string {
  return levels.reduce((path, level) => {
    if ('index' in level) return `${path}[${level.index}]`;
    return path === '' ? level.key : `${path}.${level.key}`;
  }, '');
}
