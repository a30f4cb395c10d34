// Keys with all their versions, and the log of changes: what etcd calls MVCC, as plain data without time.
import { lowerBound } from './binary-search.ts';
import { compactedError, futureRevisionError } from './store-errors.ts';
import type { Entry, Page, StoreEvent, WatchBatch, Write } from './store.ts';

/** A state of a key; no value means deleted. */
interface Version {
  modRevision: number;
  createRevision: number;
  value?: string;
}

/** Events in one step of a watch, unless a single revision holds more. */
const BATCH_EVENTS_MAX = 1_000;

/** Versioned keys. Revisions start at 1, as an empty etcd's do. */
export class MemoryData {
  revision = 1;
  compactedRevision = 0;
  readonly #versions = new Map<string, Version[]>();
  /** Every key that has a version, sorted. */
  #keys: string[] = [];
  readonly #log: StoreEvent[] = [];
  /** How many keys are gone but still have a past. */
  #goneKeys = 0;

  /** The key as it is now. */
  get(key: string): Entry | undefined {
    return entryAt(key, this.#versions.get(key), this.revision);
  }

  /** Keys below `prefix` after `startAfter`, as they were at `revision`. */
  list(prefix: string, startAfter: string, revision: number, limit: number): Page {
    if (revision < this.compactedRevision) throw compactedError(revision, this.compactedRevision);
    if (revision > this.revision) throw futureRevisionError(revision, this.revision);
    const start = lowerBound(this.#keys, (key) => key < prefix || key <= startAfter);
    if (revision === this.revision && this.#goneKeys === 0) return this.#present(prefix, start, limit);
    const entries: Entry[] = [];
    let count = 0;
    let index = start;
    for (; this.#keys[index]?.startsWith(prefix) === true; index++) {
      const key = this.#keys[index] as string;
      const entry = entryAt(key, this.#versions.get(key), revision);
      if (entry === undefined) continue;
      count++;
      if (entries.length < limit) entries.push(entry);
    }
    return { entries, revision, more: count > entries.length, count };
  }

  /** The list as of now when every key has a value: nothing but the page is looked at. */
  #present(prefix: string, start: number, limit: number): Page {
    const end = lowerBound(this.#keys, (key) => key < prefix || key.startsWith(prefix));
    const count = Math.max(0, end - start);
    const entries = this.#keys
      .slice(start, start + Math.min(limit, count))
      .map((key) => this.get(key) as Entry);
    return { entries, revision: this.revision, more: count > entries.length, count };
  }

  /** Applies all writes at one new revision. Deleting nothing makes no revision. */
  write(writes: readonly Write[]): void {
    const effective = writes.filter((write) => write.type === 'put' || this.get(write.key) !== undefined);
    if (effective.length === 0) return;
    this.revision++;
    for (const write of effective) this.#apply(write);
  }

  #apply(write: Write): void {
    const modRevision = this.revision;
    const versions = this.#versionsOf(write.key);
    const before = versions.at(-1);
    const createRevision = before?.value === undefined ? modRevision : before.createRevision;
    if (before !== undefined && before.value === undefined) this.#goneKeys--;
    if (write.type === 'put') {
      versions.push({ modRevision, createRevision, value: write.value });
      this.#log.push({ type: 'put', key: write.key, value: write.value, createRevision, modRevision });
    } else {
      this.#goneKeys++;
      versions.push({ modRevision, createRevision });
      this.#log.push({ type: 'delete', key: write.key, modRevision });
    }
  }

  #versionsOf(key: string): Version[] {
    let versions = this.#versions.get(key);
    if (versions === undefined) {
      versions = [];
      this.#versions.set(key, versions);
      this.#keys.splice(
        lowerBound(this.#keys, (other) => other < key),
        0,
        key,
      );
    }
    return versions;
  }

  /** The next whole revisions after `after` that touch `prefix`; undefined when there is none. */
  next(prefix: string, after: number): WatchBatch | undefined {
    const events: StoreEvent[] = [];
    let index = lowerBound(this.#log, (event) => event.modRevision <= after);
    for (; index < this.#log.length; index++) {
      const event = this.#log[index] as StoreEvent;
      if (!event.key.startsWith(prefix)) continue;
      const last = events.at(-1);
      if (events.length >= BATCH_EVENTS_MAX && last?.modRevision !== event.modRevision) break;
      events.push(event);
    }
    const last = events.at(-1);
    return last === undefined ? undefined : { revision: last.modRevision, events };
  }

  /** Whether a change below `prefix` lies in (after, until]. */
  touched(prefix: string, after: number, until: number): boolean {
    const start = lowerBound(this.#log, (event) => event.modRevision <= after);
    for (let index = start; index < this.#log.length; index++) {
      const { key, modRevision } = this.#log[index] as StoreEvent;
      if (modRevision > until) return false;
      if (key.startsWith(prefix)) return true;
    }
    return false;
  }

  /** Drops what nobody can ask for any more: versions replaced, and events before `revision`. */
  compact(revision: number): void {
    if (revision <= this.compactedRevision) throw compactedError(revision, this.compactedRevision);
    if (revision > this.revision) throw futureRevisionError(revision, this.revision);
    this.compactedRevision = revision;
    this.#log.splice(
      0,
      lowerBound(this.#log, (event) => event.modRevision < revision),
    );
    const emptied = new Set<string>();
    for (const [key, versions] of this.#versions) {
      dropVersions(versions, revision);
      if (versions.length === 0) emptied.add(key);
    }
    if (emptied.size > 0) this.#forget(emptied);
  }

  #forget(keys: ReadonlySet<string>): void {
    this.#goneKeys -= keys.size;
    for (const key of keys) this.#versions.delete(key);
    this.#keys = this.#keys.filter((key) => !keys.has(key));
  }
}

/** Drops the versions that a read at `revision` or later cannot meet. */
function dropVersions(versions: Version[], revision: number): void {
  const newer = lowerBound(versions, (version) => version.modRevision <= revision);
  versions.splice(0, versions[newer - 1]?.value === undefined ? newer : newer - 1);
}

function entryAt(key: string, versions: Version[] | undefined, revision: number): Entry | undefined {
  if (versions === undefined) return undefined;
  const version = versions[lowerBound(versions, (each) => each.modRevision <= revision) - 1];
  if (version?.value === undefined) return undefined;
  return {
    key,
    value: version.value,
    createRevision: version.createRevision,
    modRevision: version.modRevision,
  };
}
