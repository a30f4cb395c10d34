// The indexes that every cache has: what a controller owns, what runs on a node, what a Service selects.
import { resourceIdOf } from '@gantry/api/definition';
import type { KindDefinition } from '@gantry/api/definition';
import { invariant } from '@gantry/kit/invariant';
import { controllerOf } from '@gantry/api/owner-references';
import type { AnyObject } from '@gantry/api/meta';
import { trafficMarkOf } from '@gantry/api/traffic-mark';
import type { IndexDefinition } from './cache.ts';
import { SELECTOR_INDEX, selectorTerms } from './selector-index.ts';

/** Index by the uid of the managing owner; every kind has it. */
export const OWNER_INDEX = 'owner';
/** Index by the uids of all owners, the managing one among them; every kind has it. */
export const DEPENDENTS_INDEX = 'dependents';
/** Index by namespace of what an owner might adopt: objects without a controller, of kinds that are adopted. */
export const ORPHANS_INDEX = 'orphans';
const ADOPTED: readonly string[] = ['pods', 'replicasets.apps', 'controllerrevisions.apps'];
/** Index of pods by the name of their node: one of the fields that the kind has indexed. */
export const NODE_INDEX = 'spec.nodeName';

/** Index of pods that wait for proxies, all under {@link WITHDRAWING}: heartbeats ask for them, and mostly there are none. */
export const WITHDRAWING_INDEX = 'traffic';
export const WITHDRAWING = 'withdrawing';

/** The standard indexes of a kind and those of `more` that concern it. */
export function indexesOf(definition: KindDefinition, more: readonly IndexDefinition[]): IndexDefinition[] {
  const resourceId = resourceIdOf(definition);
  const owner: IndexDefinition = { name: OWNER_INDEX, resourceId, values: ownerUids };
  const fields = (definition.indexedFields ?? []).map((field) => fieldIndex(definition, resourceId, field));
  const selector: IndexDefinition[] =
    resourceId === 'services' ? [{ name: SELECTOR_INDEX, resourceId, values: selectorTerms }] : [];
  const withdrawing: IndexDefinition[] =
    resourceId === 'pods' ? [{ name: WITHDRAWING_INDEX, resourceId, values: withdrawingOf }] : [];
  const orphans: IndexDefinition[] = ADOPTED.includes(resourceId)
    ? [{ name: ORPHANS_INDEX, resourceId, values: namespaceOfOrphan }]
    : [];
  const dependents: IndexDefinition = { name: DEPENDENTS_INDEX, resourceId, values: allOwnerUids };
  return [
    owner,
    dependents,
    ...fields,
    ...selector,
    ...withdrawing,
    ...orphans,
    ...more.filter((index) => index.resourceId === resourceId),
  ];
}

function ownerUids(object: AnyObject): readonly string[] {
  const owner = controllerOf(object);
  return owner === undefined ? [] : [owner.uid];
}

function allOwnerUids(object: AnyObject): readonly string[] {
  return (object.metadata.ownerReferences ?? []).map(({ uid }) => uid);
}

function namespaceOfOrphan(object: AnyObject): readonly string[] {
  return controllerOf(object) === undefined ? [object.metadata.namespace ?? ''] : [];
}

function withdrawingOf(pod: AnyObject): readonly string[] {
  return trafficMarkOf(pod).type === 'withdrawing' ? [WITHDRAWING] : [];
}

/** Objects in which the field is empty are in no bucket: those are found by looking. */
function fieldIndex(definition: KindDefinition, resourceId: string, field: string): IndexDefinition {
  const read = definition.selectableFields[field];
  invariant(read !== undefined, `${resourceId} can be selected by ${field}`);
  return {
    ...{ name: field, resourceId },
    values(object) {
      const value = read(object);
      return value === '' ? [] : [value];
    },
  };
}
