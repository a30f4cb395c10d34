// kubectl's JSONPath templates: text, `{"\n"}`, `{.path}`, `{range .items[*]}…{end}`. Paths go to jsonpath-plus.
import { JSONPath } from 'jsonpath-plus';
import { CliError, EXIT } from '../command.ts';

type Part =
  | { type: 'text'; text: string }
  | { type: 'path'; path: string }
  | { type: 'range'; path: string; body: Part[] };

/** Renders a template over a value. @throws CliError when the template cannot be read. */
export function renderJsonPath(template: string, value: unknown): string {
  const tokens = tokensOf(template);
  const parts = parse(tokens, false);
  return parts.map((part) => render(part, value)).join('');
}

function render(part: Part, value: unknown): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'path':
      return select(part.path, value).map(textOf).join(' ');
    case 'range':
      return select(part.path, value)
        .map((item) => part.body.map((inner) => render(inner, item)).join(''))
        .join('');
  }
}

function select(path: string, value: unknown): unknown[] {
  const normal =
    path.startsWith('$') || path.startsWith('@')
      ? path.replace(/^@/, '$')
      : `$${path.startsWith('.') || path.startsWith('[') ? '' : '.'}${path}`;
  // `\.` inside a name is kubectl's way to write a dot that separates nothing.
  const escaped = normal.replace(
    /\.((?:[^.[\]\\]|\\.)*\\\.(?:[^.[\]\\]|\\.)*)/g,
    (_all, name: string) => `['${name.replaceAll('\\.', '.')}']`,
  );
  try {
    return JSONPath({
      path: escaped === '$.' ? '$' : escaped,
      json: value as object,
      wrap: true,
      eval: 'safe',
    });
  } catch (error) {
    throw unreadable(path, (error as Error).message);
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value);
}

/** `{…}` and what is between. A template without braces is one path. */
function tokensOf(template: string): string[] {
  const whole = template.includes('{') ? template : `{${template}}`;
  const tokens = whole.match(/\{(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^{}"'])*\}|[^{]+/g) ?? [];
  if (tokens.join('') !== whole) throw unreadable(template, 'a brace is not closed');
  return tokens;
}

function parse(tokens: string[], inRange: boolean): Part[] {
  const parts: Part[] = [];
  for (let token = tokens.shift(); token !== undefined; token = tokens.shift()) {
    if (!token.startsWith('{')) {
      parts.push({ type: 'text', text: token });
      continue;
    }
    const inside = token.slice(1, -1).trim();
    if (inside === 'end') {
      if (inRange) return parts;
      throw unreadable(token, '{end} without {range}');
    }
    parts.push(partOf(inside, tokens));
  }
  if (inRange) throw unreadable('{range}', 'it has no {end}');
  return parts;
}

function partOf(inside: string, tokens: string[]): Part {
  if (inside.startsWith('range ')) {
    return { type: 'range', path: inside.slice('range '.length).trim(), body: parse(tokens, true) };
  }
  if (/^["']/.test(inside)) {
    const text = inside
      .slice(1, -1)
      .replace(/\\(.)/g, (_all, letter: string) => ({ n: '\n', t: '\t' })[letter] ?? letter);
    return { type: 'text', text };
  }
  return { type: 'path', path: inside };
}

function unreadable(what: string, why: string): CliError {
  return new CliError(`The JSONPath template ${what} cannot be read: ${why}.`, {
    exitCode: EXIT.usage,
    nextStep: "Write it as kubectl does, for example: -o jsonpath='{.items[*].metadata.name}'",
  });
}
