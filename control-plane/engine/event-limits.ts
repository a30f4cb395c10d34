// What keeps Events from flooding the store: like ones are combined, and each object may cause only so many.
// Follows client-go's EventCorrelator in its figures.
import type { Clock } from '@gantry/kit/clock';
import { TokenBucket } from '@gantry/kit/token-bucket';
import type { EventNote } from './controller.ts';

/** Different messages of one kind about one object, before they are combined into one Event. */
export const SIMILAR_EVENTS_MAX = 10;
/** After this long without a like one, counting starts anew. */
const SIMILAR_WINDOW_MS = 600_000;
/** Per object and source: 25 at once, then one in five minutes. */
const RATE = { burst: 25, perSecond: 1 / 300 };
/** Objects and rows of like events that are remembered; the oldest are forgotten. */
const REMEMBERED_MAX = 4096;

/** What to do with a note. */
export type EventVerdict = { type: 'record'; combined: boolean } | { type: 'drop' };

/** Judges each note by those before it. */
export class EventLimits {
  readonly #clock: Clock;
  readonly #similar = new Map<string, { messages: Set<string>; lastMs: number }>();
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the note is to be stored, and whether as part of a combined Event. */
  judge(note: EventNote, source: string): EventVerdict {
    const uid = note.regarding.metadata.uid ?? '';
    const bucket = remembered(this.#buckets, `${source} ${uid}`, () => new TokenBucket(this.#clock, RATE));
    if (!bucket.tryTake()) return { type: 'drop' };
    return { type: 'record', combined: this.#isOneOfMany(note, `${source} ${uid} ${note.reason}`) };
  }

  #isOneOfMany(note: EventNote, row: string): boolean {
    const nowMs = this.#clock.nowMs();
    const similar = remembered(this.#similar, row, () => ({ messages: new Set(), lastMs: nowMs }));
    if (nowMs - similar.lastMs > SIMILAR_WINDOW_MS) similar.messages.clear();
    similar.lastMs = nowMs;
    if (similar.messages.has(note.message)) return false;
    if (similar.messages.size >= SIMILAR_EVENTS_MAX) return true;
    similar.messages.add(note.message);
    return false;
  }
}

/** The entry of `key`, now the youngest; made when absent. The oldest falls out of a full map. */
function remembered<V>(map: Map<string, V>, key: string, make: () => V): V {
  const value = map.get(key) ?? make();
  map.delete(key);
  map.set(key, value);
  if (map.size > REMEMBERED_MAX) {
    const oldest = map.keys().next();
    if (!oldest.done) map.delete(oldest.value);
  }
  return value;
}
