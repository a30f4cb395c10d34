// Puts what several nodes have recorded into one order that agrees with cause and effect: changes by their revision, all
// else behind the newest revision that its maker had seen, what one node recorded as it recorded it, and what is left by
// hybrid time. Pure.
import { compareHybrid, formatHybrid, next, type HybridTime } from '@gantry/kit/hybrid-time';

/** What is known of a record's place. */
export interface Placed {
  /** When its recorder says that it happened. */
  at: HybridTime;
  /** Of a change. */
  revision?: number;
  /** Of anything else: the newest revision that had been seen by then. */
  seen?: number;
}

/** A record with its final stamp. */
export interface Ordered<T> {
  record: T;
  /** Each is greater than the one before. */
  stamp: string;
}

interface Slotted<T> {
  record: T;
  /** It stands behind so many changes. */
  slot: number;
  isChange: boolean;
  index: number;
}

/**
 * Orders the records. Those of one node (`at.node`) that are no changes keep the order in which they are handed in.
 */
export function causalOrder<T extends Placed>(records: readonly T[]): Ordered<T>[] {
  const changes = records.filter(({ revision }) => revision !== undefined).toSorted(byRevision);
  const reached = reachedTimes(changes);
  const changed = changes.map((record, slot): Slotted<T> => ({ record, slot, isChange: true, index: slot }));
  const slots = new Map<string, number>();
  const others = records
    .filter(({ revision }) => revision === undefined)
    .map((record, index): Slotted<T> => {
      const bySight = countUntil(changes, ({ revision = 0 }) => revision <= (record.seen ?? 0));
      const byTime = countUntil(reached, (time) => compareHybrid(time, record.at) < 0);
      const slot = Math.max(bySight, byTime, slots.get(record.at.node) ?? 0);
      slots.set(record.at.node, slot);
      return { record, slot, isChange: false, index };
    });
  return stamped([...changed, ...inNodeOrder(others)].sort(bySlot));
}

/** By revision; several objects of one transaction by their own stamps. */
function byRevision(a: Placed, b: Placed): number {
  return (a.revision ?? 0) - (b.revision ?? 0) || compareHybrid(a.at, b.at);
}

/** The time that has been reached at each change: it never goes back along the revisions. */
function reachedTimes(changes: readonly Placed[]): HybridTime[] {
  const reached: HybridTime[] = [];
  for (const { at } of changes) {
    const before = reached.at(-1);
    reached.push(before !== undefined && compareHybrid(at, before) < 0 ? before : at);
  }
  return reached;
}

/** How many from the start hold, where all that hold come first. */
function countUntil<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let low = 0;
  for (let high = items.length; low < high;) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && holds(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Records between the same two changes: those of a node in its own order, of several nodes merged by time. A node's time
 * counts as the latest that it had reached: a clock that was put back does not move records ahead of earlier ones.
 */
function inNodeOrder<T extends Placed>(others: readonly Slotted<T>[]): Slotted<T>[] {
  const latest = new Map<string, HybridTime>();
  const timed = others.map((each) => {
    const { at } = each.record;
    const before = latest.get(at.node);
    const time = before !== undefined && compareHybrid(at, before) < 0 ? before : at;
    latest.set(at.node, time);
    return { each, time };
  });
  return timed
    .sort((a, b) => compareHybrid(a.time, b.time) || a.each.index - b.each.index)
    .map(({ each }, index) => ({ ...each, index }));
}

/** Change number n has n changes before it; what stands behind n changes comes before change number n. */
function bySlot<T>(a: Slotted<T>, b: Slotted<T>): number {
  if (a.slot !== b.slot) return a.slot - b.slot;
  if (a.isChange !== b.isChange) return a.isChange ? 1 : -1;
  return a.index - b.index;
}

function stamped<T extends Placed>(sorted: readonly Slotted<T>[]): Ordered<T>[] {
  let last: HybridTime = { wallMs: 0, counter: 0, node: '' };
  return sorted.map(({ record }) => {
    const { at } = record;
    const isLater = at.wallMs > last.wallMs || (at.wallMs === last.wallMs && at.counter > last.counter);
    last = { ...(isLater ? at : next(last)), node: at.node };
    return { record, stamp: formatHybrid(last) };
  });
}
