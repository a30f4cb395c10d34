// Finds fields that a JSON text names twice: a parser keeps the last one in silence. Pure; one pass, no recursion.

/** A level of nesting: an object with the keys seen, or a list with its index. */
type Level = { keys: Set<string>; key: string } | { index: number };

/** Reported at most; the rest is more of the same. */
const REPORTS_MAX = 16;
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/gs;

/** Paths of the fields named twice, e.g. `data.colour`, of a text that is known to be valid JSON. */
export function duplicateFields(text: string): string[] {
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
  while (' \t\r\n'.includes(text.charAt(at)) && at < text.length) at++;
  return text.charAt(at) === ':';
}

function pathOf(levels: readonly Level[]): string {
  return levels.reduce((path, level) => {
    if ('index' in level) return `${path}[${level.index}]`;
    return path === '' ? level.key : `${path}.${level.key}`;
  }, '');
}
