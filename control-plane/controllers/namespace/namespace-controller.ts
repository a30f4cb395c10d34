// The namespace controller: empties namespaces that are being deleted, and lets them go.
import type { KindDefinition } from '@gantry/api/definition';
import { namespaceKind } from '@gantry/api/kinds/namespace';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import type { CacheReader } from '../../cache/cache.ts';
import type { Controller } from '../../engine/controller.ts';
import { ownTrigger } from '../../engine/triggers.ts';
import { observe, type Observed } from './observed.ts';
import { describe, plan, type NamespaceReason } from './plan.ts';

/** Makes the controller; `kinds` are all that may be in a namespace. */
export function createNamespaceController(kinds: readonly KindDefinition[]): Controller<Observed> {
  const contents = kinds.filter(({ namespaced }) => namespaced);
  return {
    name: 'namespace',
    definition: namespaceKind,
    triggers: [
      ownTrigger(namespaceKind),
      ...contents.map((definition) => ({ definition, keys: endingNamespace })),
    ],
    observe: (cache, key) => observe(cache, key, contents),
    plan,
    primary: ({ namespace }) => namespace,
    describe: (reason) => describe(reason as NamespaceReason),
  };
}

/** A change in a namespace matters only while that is being deleted. */
function endingNamespace({ metadata }: AnyObject, cache: CacheReader): ObjectKey[] {
  const key = { namespace: '', name: metadata.namespace ?? '' };
  const isEnding = cache.get(namespaceKind, key)?.metadata.deletionTimestamp !== undefined;
  return isEnding ? [key] : [];
}
