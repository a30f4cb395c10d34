// Where in a YAML text a field is that the server speaks of. Pure.
import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';

/** Deepest path that is followed. */
const DEPTH_MAX = 100;

/**
 * The line of a field, from 1: of the nearest one above where it is not there itself (it may be missing, which is what
 * the server says). Keys may have dots in them: the longest key that fits is taken.
 */
export function lineOfField(text: string, path: string): number | undefined {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, version: '1.1', logLevel: 'silent' });
  let node = document.contents as Node | null;
  let offset = node?.range?.[0];
  let rest = path;
  for (let depth = 0; depth < DEPTH_MAX && rest !== ''; depth += 1) {
    const step = node === null ? undefined : below(node, rest);
    if (step === undefined) break;
    ({ node, rest } = step);
    offset = step.offset ?? offset;
  }
  return offset === undefined || rest === path ? undefined : counter.linePos(offset).line;
}

interface Step {
  node: Node | null;
  rest: string;
  offset: number | undefined;
}

function below(node: Node, path: string): Step | undefined {
  if (isSeq(node)) {
    const [whole, index] = /^\[(\d+)\]/.exec(path) ?? [];
    const item = whole === undefined ? undefined : (node.items[Number(index)] as Node | undefined);
    if (whole === undefined || item === undefined) return undefined;
    return { node: item, rest: afterDot(path.slice(whole.length)), offset: item.range?.[0] };
  }
  if (!isMap(node)) return undefined;
  const found = node.items
    .flatMap((pair) => {
      if (!isPair(pair) || !isScalar(pair.key)) return [];
      const rest = restAfterKey(path, String(pair.key.value));
      return rest === undefined ? [] : [{ pair, key: pair.key, rest }];
    })
    .sort((a, b) => a.rest.length - b.rest.length)[0];
  if (found === undefined) return undefined;
  return { node: found.pair.value as Node | null, rest: found.rest, offset: found.key.range?.[0] };
}

function restAfterKey(path: string, key: string): string | undefined {
  for (const form of [`[${key}]`, `["${key}"]`, `['${key}']`, key]) {
    if (!path.startsWith(form)) continue;
    const rest = path.slice(form.length);
    if (rest === '' || rest.startsWith('.') || rest.startsWith('[')) return afterDot(rest);
  }
  return undefined;
}

function afterDot(path: string): string {
  return path.startsWith('.') ? path.slice(1) : path;
}
