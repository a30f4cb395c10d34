// Hybrid logical time: a wall clock that never goes back and that what is heard pushes forward, with a counter for what
// falls into one millisecond. Whatever may have led to something else is ordered before it, however wrong the wall clocks
// are. Pure. After Kulkarni, Demirbas et al., "Logical Physical Clocks", 2014.

/** A moment as one node has it. */
export interface HybridTime {
  /** Milliseconds since the epoch: the largest that the node has seen or heard of. */
  wallMs: number;
  /** Tells moments of one millisecond apart. */
  counter: number;
  /** Whose moment it is: no two nodes ever have the same one. */
  node: string;
}

/** The counter has four hexadecimal digits; what comes after that is a millisecond later. */
export const COUNTER_MAX = 0xffff;
/** Twelve hexadecimal digits. */
const WALL_MAX_MS = 2 ** 48 - 1;
/**
 * A clock that is further ahead of ours than this does not move ours, in milliseconds: one wrong machine must not
 * carry the time of all away. Whoever hears it is told, and puts the difference right.
 */
export const AHEAD_MAX_MS = 500;

/** The moment after `last`. */
export function tick(last: HybridTime, nowMs: number): HybridTime {
  const wallMs = clampedMs(nowMs);
  return wallMs > last.wallMs ? { wallMs, counter: 0, node: last.node } : next(last);
}

/** The moment after `last` and after what was heard. `aheadMs` is more than 0 when that was too far ahead to count. */
export function receive(
  last: HybridTime,
  heard: HybridTime,
  nowMs: number,
  aheadMaxMs = AHEAD_MAX_MS,
): { time: HybridTime; aheadMs: number } {
  const aheadMs = heard.wallMs - nowMs;
  if (aheadMs > aheadMaxMs) return { time: tick(last, nowMs), aheadMs };
  const isLater =
    heard.wallMs > last.wallMs || (heard.wallMs === last.wallMs && heard.counter > last.counter);
  const base = isLater ? { ...heard, node: last.node } : last;
  return { time: tick(base, nowMs), aheadMs: 0 };
}

/** Negative when `a` comes first. Never 0 for moments of different nodes. */
export function compareHybrid(a: HybridTime, b: HybridTime): number {
  if (a.wallMs !== b.wallMs) return a.wallMs - b.wallMs;
  if (a.counter !== b.counter) return a.counter - b.counter;
  return a.node === b.node ? 0 : a.node < b.node ? -1 : 1;
}

/** `019adf2c3b4a-0003@node-1`: as plain text, it is ordered as the moments are. */
export function formatHybrid({ wallMs, counter, node }: HybridTime): string {
  return `${hex(wallMs, 12)}-${hex(counter, 4)}@${node}`;
}

/** The moment that a text stands for; undefined when it stands for none. */
export function parseHybrid(text: string): HybridTime | undefined {
  const [, wall, counter, node] = /^([0-9a-f]{12})-([0-9a-f]{4})@([\x21-\x7e]{1,253})$/.exec(text) ?? [];
  if (wall === undefined || counter === undefined || node === undefined) return undefined;
  return { wallMs: parseInt(wall, 16), counter: parseInt(counter, 16), node };
}

/** The very next moment. */
export function next({ wallMs, counter, node }: HybridTime): HybridTime {
  if (counter < COUNTER_MAX) return { wallMs, counter: counter + 1, node };
  return { wallMs: wallMs + 1, counter: 0, node };
}

/** Two digits each: the engine takes many times as long for the text of a large number. */
const HEX_BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hex(value: number, digits: number): string {
  let text = '';
  for (let rest = value; rest > 0 || text.length < digits;) {
    const higher = Math.floor(rest / 256);
    text = (HEX_BYTES[rest - higher * 256] ?? '') + text;
    rest = higher;
  }
  return text;
}

const clampedMs = (ms: number): number => Math.min(WALL_MAX_MS, Math.max(0, Math.trunc(ms)));
