// The indexes that every cache has: what a controller owns, what runs on a node, what a Service selects.
import { resourceIdOf } from '@gantry/api/definition';
import type { KindDefinition } from '@gantry/api/definition';
import { controllerOf } from '@gantry/api/owner-references';
import type { AnyObject } from '@gantry/api/meta';
import type { IndexDefinition } from './cache.ts';
import { SELECTOR_INDEX, selectorTerms } from './selector-index.ts';

/** Index by the uid of the managing owner; every kind has it. */
export const OWNER_INDEX = 'owner';
/** Index by the uids of all owners, the managing one among them; every kind has it. */
export const DEPENDENTS_INDEX = 'dependents';
/** Index of pods by the name of their node. */
export const NODE_INDEX = 'node';

/** The standard indexes of a kind and those of `more` that concern it. */
export function indexesOf(definition: KindDefinition, more: readonly IndexDefinition[]): IndexDefinition[] {
  const resourceId = resourceIdOf(definition);
  const owner: IndexDefinition = { name: OWNER_INDEX, resourceId, values: ownerUids };
  const node: IndexDefinition[] =
    resourceId === 'pods' ? [{ name: NODE_INDEX, resourceId, values: nodeNames }] : [];
  const selector: IndexDefinition[] =
    resourceId === 'services' ? [{ name: SELECTOR_INDEX, resourceId, values: selectorTerms }] : [];
  const dependents: IndexDefinition = { name: DEPENDENTS_INDEX, resourceId, values: allOwnerUids };
  return [
    owner,
    dependents,
    ...node,
    ...selector,
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

function nodeNames(object: AnyObject): readonly string[] {
  const name = (object['spec'] as { nodeName?: unknown } | undefined)?.nodeName;
  return typeof name === 'string' && name !== '' ? [name] : [];
}
