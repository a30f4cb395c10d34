// JSON for people: what fits in a line stands in one. Pure.
import { isMap } from '@gantry/api/json-value';

/** Characters of a line, without what is before it. */
const LINE_CHARACTERS = 64;
/** Deeper values are written in one line. */
const DEPTH_MAX = 40;

/** The value as a text. */
export function compactJson(value: unknown, depth = 0): string {
  const line = JSON.stringify(value) ?? 'null';
  if (line.length <= LINE_CHARACTERS || depth >= DEPTH_MAX) return spaced(value, line);
  const [inner, outer] = ['  '.repeat(depth + 1), '  '.repeat(depth)];
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => `${inner}${compactJson(item, depth + 1)}`);
    return `[\n${items.join(',\n')}\n${outer}]`;
  }
  if (!isMap(value)) return line;
  const fields = Object.entries(value).map(
    ([name, field]) => `${inner}${JSON.stringify(name)}: ${compactJson(field, depth + 1)}`,
  );
  return `{\n${fields.join(',\n')}\n${outer}}`;
}

/** `{ "a": [1, 2] }`. */
function spaced(value: unknown, line: string): string {
  if (Array.isArray(value))
    return `[${value.map((item: unknown) => spaced(item, JSON.stringify(item) ?? 'null')).join(', ')}]`;
  if (!isMap(value) || Object.keys(value).length === 0) return line;
  const fields = Object.entries(value).map(
    ([name, field]) => `${JSON.stringify(name)}: ${spaced(field, JSON.stringify(field) ?? 'null')}`,
  );
  return `{ ${fields.join(', ')} }`;
}
