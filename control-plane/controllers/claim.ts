// Which objects belong to an owner: those that name it as controller and match its selector, and orphans that match.
// What no longer matches is let go. Pure.
import { fromLabelSelectorObject, matchesLabels, type LabelSelectorObject } from '@gantry/api/label-selector';
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { controllerOf, controllerReference, isControlledBy } from '@gantry/api/owner-references';
import type { Action } from '../engine/controller.ts';
import { isDeleting } from './pod-condition.ts';

/** The outcome of {@link claim}. */
export interface Claim<T> {
  /** Objects that count as the owner's, those about to be adopted included. */
  owned: readonly T[];
  /** Updates that adopt and let go. */
  actions: readonly Action[];
}

/** Who claims what. */
export interface Claimant {
  definition: KindDefinition;
  owner: AnyObject;
  selector: LabelSelectorObject;
}

/** Sorts the candidates. An owner on its way out adopts nothing. */
export function claim<T extends AnyObject>(
  { definition, owner, selector }: Claimant,
  ofKind: KindDefinition<T>,
  candidates: readonly T[],
): Claim<T> {
  const labelSelector = fromLabelSelectorObject(selector);
  const isEnding = isDeleting(owner);
  const owned: T[] = [];
  const actions: Action[] = [];
  const update = (object: AnyObject): void => {
    actions.push({ type: 'update', definition: ofKind, object });
  };
  for (const object of candidates) {
    const matches = matchesLabels(labelSelector, object.metadata.labels ?? {});
    if (isControlledBy(object, owner)) {
      if (matches) owned.push(object);
      else if (!isEnding) update(released(object, owner));
    } else if (matches && !isEnding && isOrphan(object)) {
      owned.push(object);
      update(adopted(object, definition, owner));
    }
  }
  return { owned, actions };
}

/**
 * The claims and, after them, what else is to be done; what would change an object that is being claimed waits for
 * the next pass.
 */
export function withClaims(claims: readonly Action[], actions: readonly Action[]): readonly Action[] {
  const claimed = new Set(claims.map(targetOf));
  return [...claims, ...actions.filter((action) => !claimed.has(targetOf(action)))];
}

function targetOf(action: Action): string {
  if (action.type === 'delete') return `${action.ref.definition.kind} ${action.ref.name}`;
  if (action.type !== 'create' && action.type !== 'update') return '';
  return `${action.definition.kind} ${action.object.metadata.name ?? ''}`;
}

/** Whether the owner's selector wants an object that belongs to nobody. */
export function wouldAdopt(selector: LabelSelectorObject, object: AnyObject): boolean {
  return isOrphan(object) && matchesLabels(fromLabelSelectorObject(selector), object.metadata.labels ?? {});
}

function isOrphan(object: AnyObject): boolean {
  return controllerOf(object) === undefined && !isDeleting(object);
}

function adopted(object: AnyObject, definition: KindDefinition, owner: AnyObject): AnyObject {
  const references = object.metadata.ownerReferences ?? [];
  const ownerReferences = [
    ...references.filter(({ uid }) => uid !== owner.metadata.uid),
    controllerReference(definition, owner),
  ];
  return { ...object, metadata: { ...object.metadata, ownerReferences } };
}

function released(object: AnyObject, owner: AnyObject): AnyObject {
  const { ownerReferences = [], ...metadata } = object.metadata;
  const others = ownerReferences.filter(({ uid }) => uid !== owner.metadata.uid);
  return {
    ...object,
    metadata: others.length === 0 ? metadata : { ...metadata, ownerReferences: others },
  };
}
