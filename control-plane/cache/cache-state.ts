// What the cache holds: storages, histories, listeners. Every change is applied as a whole before anybody hears of it.
import { resourceIdOf } from '@gantry/api/definition';
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import type { Clock } from '@gantry/kit/clock';
import { getOrSet } from '@gantry/kit/get-or-set';
import { invariant } from '@gantry/kit/invariant';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import { storePrefixOf } from '../resources/object-key.ts';
import type { Entry, StoreEvent, WatchBatch } from '../store/store.ts';
import { Audience } from './audience.ts';
import type { CacheEvent, IndexDefinition } from './cache.ts';
import { adopted, decode } from './decode.ts';
import { deletion, difference } from './difference.ts';
import { EventHistory } from './event-history.ts';
import type { HistoryLimits } from './event-history.ts';
import { ExpectedObjects } from './expected-objects.ts';
import { indexesOf } from './indexes.ts';
import { KindStorage } from './kind-storage.ts';
import type { Quarantine } from './quarantine.ts';
import { SharedFields } from './shared-fields.ts';

/** One kind with everything that belongs to it. */
export interface KindState {
  prefix: string;
  storage: KindStorage;
  history: EventHistory;
  audience: Audience;
}

/** A full list while it is being read, page by page. */
export interface Snapshot {
  objects: Map<KindState, Map<string, AnyObject>>;
  /** Changes made by the very revision of the list. */
  newest: Map<KindState, CacheEvent[]>;
  poisonedKeys: Set<string>;
}

/** What the state needs. */
export interface CacheStateDeps {
  kinds: readonly KindDefinition[];
  indexes: readonly IndexDefinition[];
  history: HistoryLimits;
  quarantine: Quarantine;
  clock: Clock;
  logger: Logger;
}

/** An event and who is to hear of it. */
interface Told {
  kind: KindState;
  event: CacheEvent;
}

/** An object and where it is kept. */
interface Located {
  kind: KindState;
  path: string;
  object: AnyObject;
}

/** `/gantry/<group>/<resource>/`, whose kind may be known, and the rest of the key. */
const KEY = /^(\/[^/]+\/[^/]+\/[^/]+\/)(.+)$/;

/** The state of a cache. */
export class CacheState {
  /** Everything up to this revision is in. */
  revision = 0;
  readonly #deps: CacheStateDeps;
  readonly #byPrefix = new Map<string, KindState>();
  readonly #byResource = new Map<string, KindState>();
  /** The same by the definitions that were asked with: no name has to be put together. */
  readonly #byDefinition = new WeakMap<KindDefinition, KindState>();
  readonly #expected = new ExpectedObjects();
  readonly #shared = new SharedFields();

  constructor(deps: CacheStateDeps) {
    this.#deps = deps;
    for (const definition of deps.kinds) {
      const indexes = indexesOf(definition, deps.indexes);
      const state: KindState = {
        prefix: storePrefixOf(definition),
        storage: new KindStorage(definition, indexes),
        history: new EventHistory(deps.history, 0),
        audience: new Audience(indexes),
      };
      this.#byPrefix.set(state.prefix, state);
      this.#byResource.set(resourceIdOf(definition), state);
    }
  }

  /** The state of a kind that the cache was made for. */
  of(definition: KindDefinition): KindState {
    const known = this.#byDefinition.get(definition);
    if (known !== undefined) return known;
    const state = this.#byResource.get(resourceIdOf(definition));
    invariant(state !== undefined, `the cache does not hold ${resourceIdOf(definition)}`);
    this.#byDefinition.set(definition, state);
    return state;
  }

  /** See `Cache.expect`. */
  expect(key: string, text: string, object: AnyObject): void {
    this.#expected.add(key, text, object);
  }

  /** An empty list to be filled by {@link collect} and installed by {@link replace}. */
  newSnapshot(): Snapshot {
    return { objects: new Map(), newest: new Map(), poisonedKeys: new Set() };
  }

  /** Adds a page. Objects that are already held at that revision are taken over, not parsed again. */
  collect(snapshot: Snapshot, entries: readonly Entry[], revision: number): void {
    for (const entry of entries) {
      let found = this.#decode(entry);
      if (found === 'poisoned') {
        snapshot.poisonedKeys.add(entry.key);
        found = this.#held(entry.key);
      }
      if (typeof found === 'string') continue;
      const { kind, path, object } = found;
      getOrSet(snapshot.objects, kind, () => new Map<string, AnyObject>()).set(path, object);
      if (entry.modRevision !== revision) continue;
      const type = entry.createRevision === revision ? 'ADDED' : 'MODIFIED';
      getOrSet(snapshot.newest, kind, (): CacheEvent[] => []).push({ type, object, revision });
    }
  }

  /** Makes the snapshot the state, and tells the difference. Histories begin anew. */
  replace(snapshot: Snapshot, revision: number): number {
    const told: Told[] = [];
    const nowMs = this.#deps.clock.nowMs();
    for (const kind of this.#byPrefix.values()) {
      const after = snapshot.objects.get(kind) ?? new Map<string, AnyObject>();
      const changes = difference(kind.storage.entries(), after, revision);
      for (const { path, event } of changes) {
        if (event.type === 'DELETED') kind.storage.remove(path);
        told.push({ kind, event });
      }
      // In the order of the keys, not of the changes: sorted sets are filled at their end, however many come.
      for (const [path, object] of after) {
        if (kind.storage.get(path) !== object) kind.storage.put(path, object);
      }
      const newest = snapshot.newest.get(kind) ?? [];
      // Only a revision that changed several objects is told again on resuming.
      kind.history.reset(revision, newest.length > 1 ? newest : [], nowMs);
    }
    this.#deps.quarantine.keepOnly(snapshot.poisonedKeys);
    this.revision = revision;
    this.#tell(told.sort((a, b) => a.event.revision - b.event.revision));
    return told.length;
  }

  /** Applies a step of the watch. @returns how many objects changed. */
  apply(batch: WatchBatch): number {
    const told = batch.events.flatMap((event) => this.#applyEvent(event));
    const byKind = new Map<KindState, CacheEvent[]>();
    for (const { kind, event } of told) getOrSet(byKind, kind, (): CacheEvent[] => []).push(event);
    for (const [kind, events] of byKind) kind.history.push(events, this.#deps.clock.nowMs());
    this.revision = Math.max(this.revision, batch.revision);
    this.#tell(told);
    return told.length;
  }

  /** Lets go of events that are too old. */
  sweep(): void {
    const nowMs = this.#deps.clock.nowMs();
    for (const { history } of this.#byPrefix.values()) history.sweep(nowMs);
  }

  #applyEvent(event: StoreEvent): Told[] {
    if (event.type === 'delete') return this.#applyDeletion(event.key, event.modRevision);
    const found = this.#decode(event);
    if (typeof found === 'string') return [];
    const { kind, path, object } = found;
    const previous = kind.storage.put(path, object);
    const revision = event.modRevision;
    if (previous === undefined) return [{ kind, event: { type: 'ADDED', object, revision } }];
    return [{ kind, event: { type: 'MODIFIED', object, previous, revision } }];
  }

  #applyDeletion(key: string, revision: number): Told[] {
    this.#deps.quarantine.release(key);
    const place = this.#place(key);
    if (typeof place === 'string') return [];
    const previous = place.kind.storage.remove(place.path);
    return previous === undefined ? [] : [{ kind: place.kind, event: deletion(previous, revision) }];
  }

  #place(key: string): { kind: KindState; path: string } | 'elsewhere' | 'unknown' {
    const [, prefix, path] = KEY.exec(key) ?? [];
    if (prefix === undefined || path === undefined) return 'elsewhere';
    const kind = this.#byPrefix.get(prefix);
    return kind === undefined ? 'unknown' : { kind, path };
  }

  #decode(entry: Pick<Entry, 'key' | 'value' | 'modRevision'>): Located | 'elsewhere' | 'poisoned' {
    const place = this.#place(entry.key);
    if (place === 'elsewhere') return place;
    if (place === 'unknown') return this.#setAside(entry, 'of a kind that is not known');
    const held = place.kind.storage.get(place.path);
    if (held?.metadata.resourceVersion === String(entry.modRevision)) return { ...place, object: held };
    const expected = this.#expected.take(entry.key, entry.value);
    if (expected !== undefined) {
      this.#deps.quarantine.release(entry.key);
      return { ...place, object: adopted(expected, entry.modRevision) };
    }
    const decoded = decode(place.kind.storage.definition, place.path, entry, this.#shared);
    if ('problem' in decoded) return this.#setAside(entry, decoded.problem);
    this.#deps.quarantine.release(entry.key);
    return { ...place, object: decoded.object };
  }

  /** The last good state of a key: a value that went bad does not look like a deletion. */
  #held(key: string): Located | 'elsewhere' {
    const place = this.#place(key);
    const object = typeof place === 'string' ? undefined : place.kind.storage.get(place.path);
    return typeof place === 'string' || object === undefined ? 'elsewhere' : { ...place, object };
  }

  #setAside(entry: Pick<Entry, 'key' | 'modRevision'>, problem: string): 'poisoned' {
    this.#deps.quarantine.add(entry.key, entry.modRevision, problem);
    return 'poisoned';
  }

  /** Those who listen when it begins hear of all; a listener that fails does not keep others from hearing. */
  #tell(told: readonly Told[]): void {
    const failed = (error: unknown): void =>
      this.#deps.logger.error('cache listener failed', { error: messageOf(error) });
    for (const kind of new Set(told.map((each) => each.kind))) kind.audience.beginTelling();
    for (const { kind, event } of told) kind.audience.tell(event, failed);
  }
}
