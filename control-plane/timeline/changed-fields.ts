// Which fields of an object are other than before, by their paths. Values are told where they are numbers, yes or no, or
// one of a few names: never texts that somebody may have put a secret into. Pure and bounded; what both objects share is
// not looked into.
import { isRecord } from '@gantry/kit/is-record';

/** What has changed. */
export interface FieldChanges {
  /** The first {@link PATHS_MAX} paths. */
  paths: readonly string[];
  /** The same as phrases: `spec.replicas 3 -> 5`, `spec.template changed`. */
  phrases: readonly string[];
  /** How many there are; with a `+` in texts when the count itself was cut off. */
  count: number;
}

/** Paths told of one change. */
export const PATHS_MAX = 12;
/** Paths counted. */
const COUNT_MAX = 100;
const DEPTH_MAX = 8;
const VALUE_CHARS_MAX = 80;

/** Bookkeeping of the store and of field managers: every write changes it. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  'metadata.resourceVersion',
  'metadata.managedFields',
  'metadata.generation',
]);
/** Texts that are told: what runs, where it is, and how far it is. */
const TOLD_TEXTS: ReadonlySet<string> = new Set(['image', 'phase', 'nodeName']);
/** Timestamps change with whatever they are about. */
const TIMES = /(^|\.)(last(Transition|Update|Probe|Heartbeat)Time|observedGeneration)$/;

interface Found {
  path: string;
  before: unknown;
  after: unknown;
}

/** Compares two states of an object. */
export function changedFields(before: object, after: object): FieldChanges {
  const found: Found[] = [];
  compare(before, after, '', 0, found);
  const telling = found.filter(({ path }) => !TIMES.test(path));
  const told = telling.length === 0 ? found : telling;
  const first = told.slice(0, PATHS_MAX);
  return { paths: first.map(({ path }) => path), phrases: first.map(phrase), count: told.length };
}

function compare(before: unknown, after: unknown, path: string, depth: number, found: Found[]): void {
  if (before === after || found.length >= COUNT_MAX || PASSED_OVER.has(path)) return;
  const isDeep = depth < DEPTH_MAX;
  if (isDeep && isRecord(before) && isRecord(after)) {
    // What is the same costs no path: most of an object is.
    const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
    for (const key in before) {
      if (before[key] === after[key]) continue;
      const now = Object.hasOwn(after, key) ? after[key] : undefined;
      compare(before[key], now, at(key), depth + 1, found);
    }
    for (const key in after) {
      if (!Object.hasOwn(before, key)) compare(undefined, after[key], at(key), depth + 1, found);
    }
    return;
  }
  if (isDeep && Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    for (let index = 0; index < length; index += 1) {
      if (before[index] === after[index]) continue;
      compare(before[index], after[index], `${path}[${index}]`, depth + 1, found);
    }
    return;
  }
  const isSame = typeof before === 'object' && JSON.stringify(before) === JSON.stringify(after);
  if (!isSame) found.push({ path, before, after });
}

function phrase({ path, before, after }: Found): string {
  const [from, to] = [valueText(path, before), valueText(path, after)];
  if (from === undefined || to === undefined) return `${path} ${verbOf(before, after)}`;
  return `${path} ${from} -> ${to}`;
}

function verbOf(before: unknown, after: unknown): string {
  if (before === undefined) return 'set';
  return after === undefined ? 'removed' : 'changed';
}

/** The value as it is told; undefined where it is not. */
function valueText(path: string, value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === undefined) return '<none>';
  const field = path.slice(path.lastIndexOf('.') + 1);
  if (typeof value !== 'string' || !TOLD_TEXTS.has(field) || !/^(spec|status)\./.test(path)) return undefined;
  return value.length > VALUE_CHARS_MAX ? `${value.slice(0, VALUE_CHARS_MAX - 1)}…` : value;
}
