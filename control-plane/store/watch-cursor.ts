// Turns etcd's watch responses into batches of whole revisions, and knows where a broken stream is taken up again.
// Pure: no stream, no time. It keeps the promise that nothing is lost and nothing comes twice.
import type { IEvent, IWatchResponse } from 'etcd3';
import { compactedError } from './store-errors.ts';
import type { StoreEvent, WatchBatch } from './store.ts';

/** Where one watch stands. */
export class WatchCursor {
  /** Last revision whose events have all been handed out. */
  #handedOut: number;
  /** Everything up to here has been seen, by events or by etcd's word. */
  #seen: number;
  /** Events of the newest revision received while more of it may follow. */
  #tail: StoreEvent[] = [];

  constructor(afterRevision: number) {
    this.#handedOut = afterRevision;
    this.#seen = afterRevision;
  }

  /** Everything up to this revision has been seen. */
  get seen(): number {
    return this.#seen;
  }

  /**
   * Where a stream has to start: the last revision seen, not the one after it. Its events come again and are
   * dropped; in return a history compacted in between is always noticed, also by versions of etcd that lose a
   * deletion at the very revision of a compaction without a word (3.4.23 does).
   */
  get startRevision(): number {
    return Math.max(1, this.#seen);
  }

  /** Forgets the half-received revision: a new stream sends it again. */
  restart(): void {
    this.#tail = [];
  }

  /**
   * Takes one response.
   *
   * @returns what can be handed out now; undefined when nothing can.
   * @throws OperationalError `store-compacted`; Error when etcd has ended the watch for another reason.
   */
  accept(response: IWatchResponse): WatchBatch | undefined {
    const compacted = Number(response.compact_revision);
    if (compacted !== 0) throw compactedError(this.#seen, compacted);
    if (response.canceled) throw new Error(`etcd ended the watch: ${response.cancel_reason}`);
    if (response.created) return undefined;
    if (response.events.length > 0) return this.#acceptEvents(response);
    // Only here is the header to be trusted: during a replay it carries the newest revision, far ahead of the events.
    const revision = Number(response.header.revision);
    if (response.fragment || revision <= this.#seen) return undefined;
    this.#seen = revision;
    return { revision, events: [] };
  }

  #acceptEvents(response: IWatchResponse): WatchBatch | undefined {
    for (const event of response.events) {
      const storeEvent = storeEventOf(event);
      if (storeEvent.modRevision > this.#handedOut) this.#tail.push(storeEvent);
    }
    const whole = response.fragment ? this.#takeAllButLastRevision() : this.#takeAll();
    const last = whole.at(-1);
    if (last === undefined) return undefined;
    this.#handedOut = last.modRevision;
    this.#seen = Math.max(this.#seen, last.modRevision);
    return { revision: this.#seen, events: whole };
  }

  #takeAll(): StoreEvent[] {
    const all = this.#tail;
    this.#tail = [];
    return all;
  }

  /** A fragment may end in the middle of a revision: the last one waits for the rest of it. */
  #takeAllButLastRevision(): StoreEvent[] {
    const newest = this.#tail.at(-1)?.modRevision;
    const from = this.#tail.findIndex((event) => event.modRevision === newest);
    if (from <= 0) return [];
    const whole = this.#tail.slice(0, from);
    this.#tail = this.#tail.slice(from);
    return whole;
  }
}

function storeEventOf(event: IEvent): StoreEvent {
  const kv = event.kv;
  const key = kv.key.toString('utf8');
  const modRevision = Number(kv.mod_revision);
  if (event.type === 'Delete') return { type: 'delete', key, modRevision };
  const createRevision = Number(kv.create_revision);
  return { type: 'put', key, value: kv.value.toString('utf8'), createRevision, modRevision };
}
