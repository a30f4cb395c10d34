// Amounts of resources in base units: what a pod asks for, what a node has. Whole numbers, so that adding and
// taking away again leaves nothing behind.
import { bytesOf, cpuMilliOf } from '@gantry/api/quantity';

/** Resources by amount. `others` holds everything but CPU and memory, e.g. `nvidia.com/gpu`. */
export interface Amounts {
  cpuMilli: number;
  memoryBytes: number;
  others: Readonly<Record<string, number>>;
}

/** Quantities by resource name, as the API writes them. */
export type Quantities = Readonly<Record<string, string | number>>;

const NOTHING_ELSE: Readonly<Record<string, number>> = Object.freeze({});

export const ZERO: Amounts = Object.freeze({ cpuMilli: 0, memoryBytes: 0, others: NOTHING_ELSE });

/** Counts `pods` among the others only where it is not the node's own limit on pods. */
export function amountsOf(quantities: Quantities | undefined): Amounts {
  if (quantities === undefined) return ZERO;
  let others: Record<string, number> | undefined;
  for (const [name, quantity] of Object.entries(quantities)) {
    if (name === 'cpu' || name === 'memory' || name === 'pods') continue;
    (others ??= {})[name] = bytesOf(quantity);
  }
  return {
    cpuMilli: cpuMilliOf(quantities['cpu']),
    memoryBytes: bytesOf(quantities['memory']),
    others: others ?? NOTHING_ELSE,
  };
}

/** `sign` -1 takes `b` away. */
export function add(a: Amounts, b: Amounts, sign: 1 | -1 = 1): Amounts {
  return {
    cpuMilli: a.cpuMilli + sign * b.cpuMilli,
    memoryBytes: a.memoryBytes + sign * b.memoryBytes,
    others: combine(a.others, b.others, (left, right) => left + sign * right),
  };
}

/** The larger of each. */
export function larger(a: Amounts, b: Amounts): Amounts {
  return {
    cpuMilli: Math.max(a.cpuMilli, b.cpuMilli),
    memoryBytes: Math.max(a.memoryBytes, b.memoryBytes),
    others: combine(a.others, b.others, Math.max),
  };
}

function combine(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
  of: (left: number, right: number) => number,
): Readonly<Record<string, number>> {
  if (b === NOTHING_ELSE) return a;
  const result: Record<string, number> = { ...a };
  for (const name of Object.keys(b)) result[name] = of(a[name] ?? 0, b[name] ?? 0);
  return result;
}

/** Nodes that do not measure these do not limit them either. */
const UNLIMITED_WHEN_UNDECLARED: ReadonlySet<string> = new Set(['ephemeral-storage']);

/** How much there is of a resource beside CPU and memory. */
export function amountOfOther(room: Amounts, name: string): number {
  return room.others[name] ?? (UNLIMITED_WHEN_UNDECLARED.has(name) ? Number.POSITIVE_INFINITY : 0);
}

/** Whether all that is asked for is there. */
export function fitsInto(asked: Amounts, room: Amounts): boolean {
  return (
    (asked.cpuMilli <= 0 || asked.cpuMilli <= room.cpuMilli) &&
    (asked.memoryBytes <= 0 || asked.memoryBytes <= room.memoryBytes) &&
    Object.entries(asked.others).every(([name, amount]) => amount <= 0 || amount <= amountOfOther(room, name))
  );
}
