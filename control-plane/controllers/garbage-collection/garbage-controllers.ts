// The garbage collector: one controller a kind, all with the same plan, so that every object has its own key, back-off
// and quarantine in the usual engine.
import { resourceIdOf, type KindDefinition } from '@gantry/api/definition';
import { keyOf, type AnyObject, type ObjectKey } from '@gantry/api/meta';
import isEqual from 'fast-deep-equal';
import type { CacheReader } from '../../cache/cache.ts';
import { DEPENDENTS_INDEX } from '../../cache/indexes.ts';
import type { Controller, Trigger } from '../../engine/controller.ts';
import { isDeleting } from '../pod-condition.ts';
import { observe, type Kinds, type Observed } from './observed.ts';
import type { FindKind } from './owners.ts';
import { describe, plan, type GarbageReason } from './plan.ts';

/** Objects of one kind that are looked at at the same time. */
const WORKERS_PER_KIND = 8;

const NONE: readonly ObjectKey[] = [];

/** Makes the controllers for all kinds. */
export function createGarbageControllers(
  kinds: readonly KindDefinition[],
  find: FindKind,
): Controller<Observed>[] {
  return kinds.map((definition) => garbageController(definition, { all: kinds, find }));
}

function garbageController(definition: KindDefinition, kinds: Kinds): Controller<Observed> {
  return {
    name: `garbage-${resourceIdOf(definition)}`,
    definition,
    triggers: kinds.all.map((changed) => triggerBy(changed, definition, kinds.find)),
    observe: (cache, key) => observe(cache, key, definition, kinds),
    plan,
    primary: ({ object }) => object,
    describe: (reason) => describe(reason as GarbageReason),
    workers: WORKERS_PER_KIND,
  };
}

/** How a change of one kind concerns objects of another (or of the same) kind. */
function triggerBy(changed: KindDefinition, concerned: KindDefinition, find: FindKind): Trigger {
  const isSame = changed === concerned;
  return {
    definition: changed,
    ignores: isHeldAsBefore,
    // Asked of every kind at every change of any object, and nearly always without an answer.
    keys(object, cache) {
      const isSelf = isSame && mayBeGarbage(object);
      const owners = waitingOwners(object, concerned, find, cache);
      const dependents = abandoned(object, changed, concerned, cache);
      if (!isSelf && owners.length + dependents.length === 0) return NONE;
      return [...(isSelf ? [keyOf(object)] : []), ...owners, ...dependents];
    },
  };
}

/** Most writes are heartbeats and statuses, and there is a controller a kind: what they leave as it was wakes nobody. */
function isHeldAsBefore({ metadata }: AnyObject, { metadata: before }: AnyObject): boolean {
  return (
    metadata.uid === before.uid &&
    metadata.deletionTimestamp === before.deletionTimestamp &&
    isEqual(metadata.ownerReferences, before.ownerReferences) &&
    isEqual(metadata.finalizers, before.finalizers)
  );
}

function mayBeGarbage(object: AnyObject): boolean {
  return isDeleting(object) || (object.metadata.ownerReferences ?? []).length > 0;
}

/** Owners of kind `concerned` that are being deleted: one dependent less may be what they wait for. */
function waitingOwners(
  object: AnyObject,
  concerned: KindDefinition,
  find: FindKind,
  cache: CacheReader,
): readonly ObjectKey[] {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.length === 0) return NONE;
  return owners
    .filter(({ apiVersion, kind }) => find(apiVersion, kind) === concerned)
    .map(({ name }) => ({ namespace: concerned.namespaced ? (object.metadata.namespace ?? '') : '', name }))
    .filter((key) => {
      const owner = cache.get(concerned, key);
      return owner !== undefined && isDeleting(owner);
    });
}

/** Dependents of kind `concerned` of an object that is gone or on its way out. */
function abandoned(
  object: AnyObject,
  changed: KindDefinition,
  concerned: KindDefinition,
  cache: CacheReader,
): readonly ObjectKey[] {
  const { uid = '' } = object.metadata;
  const dependents = cache.byIndex(concerned, DEPENDENTS_INDEX, uid);
  if (dependents.length === 0) return NONE;
  const present = cache.get(changed, keyOf(object));
  return present?.metadata.uid === uid && !isDeleting(present) ? NONE : dependents.map(keyOf);
}
