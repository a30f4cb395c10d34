// What keeps Events from flooding the store: like ones are combined, and each object may cause only so many.
// Follows client-go's EventCorrelator in its figures.
import type { Clock } from '@gantry/kit/clock';
import { RecentMap } from '@gantry/kit/recent-map';
import { TokenBucket } from '@gantry/kit/token-bucket';
import type { EventNote } from './controller.ts';

/** Different messages of one kind about one object, before they are combined into one Event. */
export const SIMILAR_EVENTS_MAX = 10;
/** After this long without a like one, counting starts anew. */
const SIMILAR_WINDOW_MS = 600_000;
/** Per object and source: 25 at once, then one in five minutes. */
const RATE = { burst: 25, perSecond: 1 / 300 };
/** Objects whose Events are remembered, by source; those that were quiet for longest are forgotten. */
const REMEMBERED_MAX = 4096;
/** Reasons that are remembered of one object; the oldest goes. */
const REASONS_MAX = 32;

/** What to do with a note. */
export type EventVerdict = { type: 'record'; combined: boolean } | { type: 'drop' };

/** What one source has told of one object. */
interface Told {
  bucket: TokenBucket;
  rows: Row[];
}

/** Different messages with one reason. */
interface Row {
  reason: string;
  messages: string[];
  lastMs: number;
}

/** Judges each note by those before it. */
export class EventLimits {
  readonly #clock: Clock;
  readonly #told = new RecentMap<Told>(REMEMBERED_MAX);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the note is to be stored, and whether as part of a combined Event. */
  judge(note: EventNote, source: string): EventVerdict {
    const uid = note.regarding.metadata.uid ?? '';
    const { bucket, rows } = this.#toldOf(`${source} ${uid}`);
    if (!bucket.tryTake()) return { type: 'drop' };
    const combined = isOneOfMany(note.message, rowOf(rows, note.reason), this.#clock.nowMs());
    return { type: 'record', combined };
  }

  #toldOf(key: string): Told {
    const known = this.#told.get(key);
    if (known !== undefined) return known;
    const told = { bucket: new TokenBucket(this.#clock, RATE), rows: [] };
    this.#told.set(key, told);
    return told;
  }
}

function rowOf(rows: Row[], reason: string): Row {
  const known = rows.find((row) => row.reason === reason);
  if (known !== undefined) return known;
  const row: Row = { reason, messages: [], lastMs: 0 };
  rows.push(row);
  if (rows.length > REASONS_MAX) rows.shift();
  return row;
}

function isOneOfMany(message: string, row: Row, nowMs: number): boolean {
  const { messages } = row;
  if (nowMs - row.lastMs > SIMILAR_WINDOW_MS) messages.length = 0;
  row.lastMs = nowMs;
  if (messages.includes(message)) return false;
  if (messages.length >= SIMILAR_EVENTS_MAX) return true;
  messages.push(message);
  return false;
}
