// The state that a write starts from: the cache's, which may be behind, or the store's own.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import type { Entry } from '../store/store.ts';
import type { ResourcesDeps } from './deps.ts';
import { objectOf, storeKeyOf } from './object-key.ts';
import { translateStoreError } from './store-failure.ts';

/** An object with the revision to condition on. */
export interface Current {
  object: AnyObject;
  modRevision: number;
  /** True when the store itself said so; false when only the cache did, which may be behind. */
  fromStore: boolean;
}

/** What the cache holds; the store is asked when it holds nothing. Undefined: it does not exist. */
export async function readCurrent(
  deps: ResourcesDeps,
  definition: KindDefinition,
  key: ObjectKey,
  signal?: AbortSignal,
): Promise<Current | undefined> {
  const cached = deps.cache.get(definition, key);
  if (cached === undefined) return readNewest(deps, definition, key, signal);
  return { object: cached, modRevision: Number(cached.metadata.resourceVersion), fromStore: false };
}

/** What the store holds now. */
export async function readNewest(
  deps: ResourcesDeps,
  definition: KindDefinition,
  key: ObjectKey,
  signal?: AbortSignal,
): Promise<Current | undefined> {
  try {
    const { entry } = await deps.store.get(storeKeyOf(definition, key), signal);
    return entry === undefined ? undefined : currentFrom(entry);
  } catch (error) {
    throw translateStoreError(error, 'read');
  }
}

/** The present state of an entry that a lost race has shown. */
export function currentFrom(entry: Entry): Current {
  return { object: objectOf(entry), modRevision: entry.modRevision, fromStore: true };
}
