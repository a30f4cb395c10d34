// A new object needs a namespace that exists and is not on its way out. The creation is conditioned on the
// namespace as it was seen, so nothing can slip into one that is being emptied.
import type { KindDefinition } from '@gantry/api/definition';
import { namespaceKind } from '@gantry/api/kinds/namespace';
import { badRequest, forbidden, notFound } from '@gantry/api/status-error';
import type { Condition, Entry } from '../store/store.ts';
import type { Current } from './current-state.ts';
import { currentFrom, readCurrent, readNewest } from './current-state.ts';
import type { ResourcesDeps } from './deps.ts';
import { storeKeyOf } from './object-key.ts';

/**
 * The condition under which objects may be made in `namespace`; undefined for cluster-wide kinds.
 *
 * @throws StatusError 404 when the namespace does not exist, 403 when it is being deleted.
 */
export async function namespaceCondition(
  deps: ResourcesDeps,
  definition: KindDefinition,
  object: { name: string; namespace: string },
  signal?: AbortSignal,
): Promise<Condition | undefined> {
  if (!definition.namespaced) return undefined;
  if (object.namespace === '') throw badRequest('an empty namespace may not be set during creation');
  const key = { namespace: '', name: object.namespace };
  let seen = await readCurrent(deps, namespaceKind, key, signal);
  if (isTerminating(seen) && seen?.fromStore === false)
    seen = await readNewest(deps, namespaceKind, key, signal);
  return conditionOn(seen, definition, object);
}

/** The same from an entry that a lost race has shown. */
export function namespaceConditionFrom(
  entry: Entry | undefined,
  definition: KindDefinition,
  object: { name: string; namespace: string },
): Condition {
  return conditionOn(entry === undefined ? undefined : currentFrom(entry), definition, object);
}

function conditionOn(
  seen: Current | undefined,
  definition: KindDefinition,
  object: { name: string; namespace: string },
): Condition {
  const { namespace } = object;
  if (seen === undefined) throw notFound(namespaceKind, namespace);
  if (isTerminating(seen)) throw terminating(definition, object);
  return {
    key: storeKeyOf(namespaceKind, { namespace: '', name: namespace }),
    modRevision: seen.modRevision,
  };
}

const isTerminating = (seen: Current | undefined): boolean =>
  seen?.object.metadata.deletionTimestamp !== undefined;

function terminating(
  definition: KindDefinition,
  { name, namespace }: { name: string; namespace: string },
): Error {
  const error = forbidden(
    definition,
    name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
  );
  const message = `namespace ${namespace} is being terminated`;
  error.status.details = {
    ...error.status.details,
    causes: [{ reason: 'NamespaceTerminating', message, field: 'metadata.namespace' }],
  };
  return error;
}
