// What readers see of the replicated state. One store watch feeds it; objects in it are frozen and shared.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';

/** A change as clients see it. `previous` is the object before (for selector transitions). */
export interface CacheEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** For DELETED: the last state, with the revision of the deletion. */
  object: AnyObject;
  previous?: AnyObject;
  revision: number;
}

/** Narrows what a listener hears to objects at one value of an index, or of `metadata.name`. */
export interface EventPlace {
  index: string;
  value: string;
}

/** Names an index, e.g. `nodeName` of pods; the cache keeps it up to date. */
export interface IndexDefinition {
  name: string;
  /** `pods`, `deployments.apps` (resourceIdOf). */
  resourceId: string;
  values(object: AnyObject): readonly string[];
}

/** Synchronous view for controllers and the scheduler. Objects are frozen: never mutate. */
export interface CacheReader {
  /** Everything up to this revision has been seen. */
  readonly revision: number;
  /**
   * Revision of the newest change of any object of the kind, removals included: who has seen all changes of the kind up to it knows
   * of the kind what the cache knows. Where none has come since the cache was filled, the revision at which it was.
   */
  changedAt(definition: KindDefinition): number;
  get<T extends AnyObject>(definition: KindDefinition<T>, key: ObjectKey): T | undefined;
  /** All objects of a kind, or of one namespace, in the order of the store's keys: by the text `namespace/name`. */
  list<T extends AnyObject>(definition: KindDefinition<T>, namespace?: string): readonly T[];
  /** Objects whose index `name` has `value`. Standard indexes: `owner` (controller uid), `dependents` (uids of all owners) and the kind's `indexedFields`, e.g. `spec.nodeName` of pods; of Services `selector`. */
  byIndex<T extends AnyObject>(definition: KindDefinition<T>, index: string, value: string): readonly T[];
}

/** The whole cache: adds waiting and subscribing. */
export interface Cache extends CacheReader {
  /**
   * Resolves once everything up to `revision` has been seen.
   * @throws OperationalError `cache-behind` after the deadline.
   */
  waitFor(revision: number, signal?: AbortSignal): Promise<void>;
  /** Resolves once the cache holds all that etcd had acknowledged when this was called (linearizable read). */
  waitForNewest(signal?: AbortSignal): Promise<void>;
  /**
   * Calls `listener` synchronously for each later event of the kind, in order; with `at`, at least for those of objects
   * that are or were there. @returns unsubscribe.
   */
  onEvent(definition: KindDefinition, listener: (event: CacheEvent) => void, at?: EventPlace): () => void;
  /**
   * Kept events of a kind after `revision`, oldest first; undefined when the history no longer reaches back
   * (answer 410 Expired). Where revision `revision` itself changed several objects of the kind in one
   * transaction, those events come again: a client cut off between two of them must not miss the second.
   */
  eventsAfter(definition: KindDefinition, revision: number): readonly CacheEvent[] | undefined;
  /**
   * Announces a write of this process: when the watch brings back `text` to the letter, `object` is taken instead of
   * parsing it. It is handed over: what of it is not frozen gets the resourceVersion and is frozen then. It must be
   * just what parsing would give but for the resourceVersion.
   */
  expect(definition: KindDefinition, key: ObjectKey, text: string, object: AnyObject): void;
}
