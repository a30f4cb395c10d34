// An independent look at a plan before anything is done: what a plan must never contain, whatever the
// controller. Knows nothing of any controller's intentions; runs in tests and before each apply.
import { resourceIdOf, type KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import type { CacheReader } from '../cache/cache.ts';
import type { Action, ObjectRef, Plan } from './controller.ts';

/** Most actions of one plan; a controller with more to do does the rest in later passes. */
export const ACTIONS_PER_PLAN_MAX = 1000;
/** Longest message of an Event, as Kubernetes allows. */
export const EVENT_MESSAGE_LENGTH_MAX = 1024;
const REASON = /^[A-Z][A-Za-z0-9]*$/;

/**
 * What is wrong with a plan, one sentence each; empty for a sound plan.
 *
 * @param world what was observed: references have to name objects that it holds.
 */
export function checkPlan(plan: Plan, world: Pick<CacheReader, 'get'>): string[] {
  return [
    ...(plan.actions.length > ACTIONS_PER_PLAN_MAX ? [`${plan.actions.length} actions in one plan`] : []),
    ...(isSaneDelay(plan.recheckAfterMs) ? [] : [`recheckAfterMs is ${plan.recheckAfterMs}`]),
    ...doubledTargets(plan.actions),
    ...plan.actions.flatMap((action) => checkAction(action, world)),
  ];
}

function isSaneDelay(delayMs: number | undefined): boolean {
  return delayMs === undefined || (Number.isFinite(delayMs) && delayMs > 0);
}

/** No two actions may change the same part of one object: the second would rest on a state that is gone. */
function doubledTargets(actions: readonly Action[]): string[] {
  const seen = new Set<string>();
  return actions.flatMap((action) => {
    const target = targetOf(action);
    if (target === undefined) return [];
    const doubled = seen.has(target);
    seen.add(target);
    return doubled ? [`two actions on ${target}`] : [];
  });
}

function targetOf(action: Action): string | undefined {
  switch (action.type) {
    case 'create':
    case 'update':
      return targetText(action.definition, action.object.metadata);
    case 'delete':
      return targetText(action.ref.definition, action.ref);
    case 'write-status':
      return `${targetText(action.ref.definition, action.ref)} status`;
    case 'record-event':
    case 'measure':
      return undefined;
  }
}

function targetText(definition: KindDefinition, at: { namespace?: string; name?: string }): string {
  return `${resourceIdOf(definition)} ${at.namespace ?? ''}/${at.name ?? ''}`;
}

function checkAction(action: Action, world: Pick<CacheReader, 'get'>): string[] {
  switch (action.type) {
    case 'create':
      return [...checkCreated(action.definition, action.object), ...checkNote(action.event)];
    case 'update':
      return [...checkUpdated(action.definition, action.object, world), ...checkNote(action.event)];
    case 'delete':
      return [...checkRef(action.ref, world), ...checkNote(action.event)];
    case 'write-status':
      return [
        ...checkRef(action.ref, world),
        ...(action.resourceVersion === ''
          ? [`status without a resourceVersion of ${targetText(action.ref.definition, action.ref)}`]
          : []),
      ];
    case 'record-event':
      return checkNote(action);
    case 'measure':
      return Number.isFinite(action.value) ? [] : [`measure ${action.metric} is ${action.value}`];
  }
}

function checkCreated(definition: KindDefinition, object: AnyObject): string[] {
  const { metadata } = object;
  const target = targetText(definition, metadata);
  return [
    ...(metadata.name === undefined || metadata.name === '' ? [`create without a name: ${target}`] : []),
    ...(metadata.uid === undefined && metadata.resourceVersion === undefined
      ? []
      : [`create of an object that exists: ${target}`]),
    ...checkNamespace(definition, metadata.namespace, target),
  ];
}

function checkUpdated(
  definition: KindDefinition,
  object: AnyObject,
  world: Pick<CacheReader, 'get'>,
): string[] {
  const { name = '', namespace = '', uid = '', resourceVersion } = object.metadata;
  const target = targetText(definition, object.metadata);
  return [
    ...(resourceVersion === undefined ? [`update without a resourceVersion: ${target}`] : []),
    ...checkRef({ definition, namespace, name, uid }, world),
  ];
}

function checkRef(ref: ObjectRef, world: Pick<CacheReader, 'get'>): string[] {
  const target = targetText(ref.definition, ref);
  const observed = world.get(ref.definition, { namespace: ref.namespace, name: ref.name });
  return [
    ...checkNamespace(ref.definition, ref.namespace, target),
    ...(observed?.metadata.uid === ref.uid ? [] : [`${target} with uid "${ref.uid}" was not observed`]),
  ];
}

function checkNamespace(definition: KindDefinition, namespace = '', target: string): string[] {
  return definition.namespaced === (namespace !== '') ? [] : [`wrong namespace: ${target}`];
}

function checkNote(note?: { reason: string; message: string }): string[] {
  if (note === undefined) return [];
  return [
    ...(REASON.test(note.reason) ? [] : [`event reason "${note.reason}" is not one CamelCase word`]),
    ...(note.message.length > 0 && note.message.length <= EVENT_MESSAGE_LENGTH_MAX
      ? []
      : [`event message of ${note.message.length} characters`]),
  ];
}
