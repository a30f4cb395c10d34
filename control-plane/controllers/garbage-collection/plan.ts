// Decides whether an object may stay: it goes when all its owners have gone, lets go of owners that have gone while
// others stay, and as an owner waits for its dependents or sets them free before it goes itself.
import type { AnyObject, OwnerReference } from '@gantry/api/meta';
import type { Action, ObjectRef, Plan } from '../../engine/controller.ts';
import { FOREGROUND_FINALIZER, ORPHAN_FINALIZER } from '../../resources/deletion.ts';
import { counted } from '../counted.ts';
import { isDeleting } from '../pod-condition.ts';
import type { Dependent, Observed } from './observed.ts';
import type { Owner } from './owners.ts';

/** Dependents set free in one pass; the next pass follows as soon as those are written. */
export const RELEASES_PER_PASS_MAX = 500;

/** Dependents that are told by name. */
const NAMES_SHOWN = 5;

/** The closed union of reasons. */
export type GarbageReason =
  | { type: 'owners-gone'; owners: string }
  | { type: 'owner-waits'; owners: string }
  | { type: 'some-owners-gone'; owners: string }
  | { type: 'setting-dependents-free'; dependents: number }
  | { type: 'waiting-for-dependents'; dependents: number; names: readonly string[] }
  | { type: 'held-by-finalizers'; finalizers: readonly string[] }
  | { type: 'dependents-gone' };

/** A plan whose reasons are the garbage collector's. */
export interface GarbagePlan extends Plan {
  reasons: readonly GarbageReason[];
}

/** Pure: the same observation gives the same plan. */
export function plan(observed: Observed): GarbagePlan {
  return isDeleting(observed.object) ? planOwner(observed) : planDependent(observed);
}

/** The reason as a sentence. */
export function describe(reason: GarbageReason): string {
  switch (reason.type) {
    case 'owners-gone':
      return `deleted, since ${reason.owners} is gone`;
    case 'owner-waits':
      return `deleted, since ${reason.owners} is being deleted and waits for this object`;
    case 'some-owners-gone':
      return `no longer belongs to ${reason.owners}`;
    case 'setting-dependents-free':
      return `letting go of ${counted(reason.dependents, 'object')} that ${reason.dependents === 1 ? 'stays' : 'stay'} (propagationPolicy Orphan)`;
    case 'waiting-for-dependents':
      return `waiting until what belongs to it is gone first: ${listed(reason.names, reason.dependents)}`;
    case 'dependents-gone':
      return 'nothing that belongs to it keeps it any longer';
    case 'held-by-finalizers':
      return `kept until whoever set its ${reason.finalizers.length === 1 ? 'finalizer' : 'finalizers'} ${reason.finalizers.join(', ')} is done and removes ${reason.finalizers.length === 1 ? 'it' : 'them'}`;
  }
}

function listed(names: readonly string[], count: number): string {
  const more = count - names.length;
  return [...names, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

/** A refused reference neither keeps an object nor dooms it. */
function planDependent(observed: Observed): GarbagePlan {
  const { owners, object } = observed;
  const present = owners.filter(({ state }) => state === 'present');
  const waiting = owners.filter(({ state }) => state === 'waiting');
  const absent = owners.filter((owner) => owner.state === 'absent');
  const lost = [...absent, ...waiting];
  if (lost.length === 0) return { actions: refusals(observed), reasons: [] };
  const onlyIfAbsent = absent.map(({ ref }) => ref);
  if (present.length > 0) {
    const kept = withoutOwners(object, new Set(lost.map(({ reference }) => reference.uid)));
    const update: Action = { type: 'update', definition: observed.definition, object: kept, onlyIfAbsent };
    return { actions: [update], reasons: [{ type: 'some-owners-gone', owners: names(lost) }] };
  }
  const reason: GarbageReason =
    waiting.length > 0
      ? { type: 'owner-waits', owners: names(waiting) }
      : { type: 'owners-gone', owners: names(absent) };
  return {
    actions: [...refusals(observed), deletion(observed, waiting.length > 0, onlyIfAbsent, describe(reason))],
    reasons: [reason],
  };
}

/** Where an owner waits, the whole tree goes from the leaves up; finalizers that are there already have the say. */
function deletion(
  { definition, object, dependents }: Observed,
  isAwaited: boolean,
  onlyIfAbsent: readonly ObjectRef[],
  reason: string,
): Action {
  const { namespace = '', name = '', uid = '', finalizers = [] } = object.metadata;
  const inForeground = finalizers.includes(FOREGROUND_FINALIZER) || (isAwaited && dependents.length > 0);
  const propagationPolicy = finalizers.includes(ORPHAN_FINALIZER)
    ? ('Orphan' as const)
    : inForeground
      ? ('Foreground' as const)
      : ('Background' as const);
  return {
    type: 'delete',
    ref: { definition, namespace, name, uid },
    propagationPolicy,
    reason,
    onlyIfAbsent,
  };
}

function planOwner(observed: Observed): GarbagePlan {
  const { object, dependents } = observed;
  const finalizers = object.metadata.finalizers ?? [];
  if (finalizers.includes(ORPHAN_FINALIZER)) return planOrphaning(observed);
  if (!finalizers.includes(FOREGROUND_FINALIZER)) {
    return {
      actions: [],
      reasons: finalizers.length > 0 ? [{ type: 'held-by-finalizers', finalizers }] : [],
    };
  }
  const blocking = dependents.filter((dependent) => blocks(dependent, object));
  if (blocking.length > 0) {
    const shown = blocking
      .slice(0, NAMES_SHOWN)
      .map(({ definition, object: { metadata } }) => `${definition.kind} ${metadata.name}`);
    return {
      actions: [],
      reasons: [{ type: 'waiting-for-dependents', dependents: blocking.length, names: shown }],
    };
  }
  return {
    actions: [withoutFinalizer(observed, FOREGROUND_FINALIZER)],
    reasons: [{ type: 'dependents-gone' }],
  };
}

function planOrphaning(observed: Observed): GarbagePlan {
  const { object, dependents } = observed;
  if (dependents.length === 0) {
    return {
      actions: [withoutFinalizer(observed, ORPHAN_FINALIZER)],
      reasons: [{ type: 'dependents-gone' }],
    };
  }
  const uids = new Set([object.metadata.uid ?? '']);
  const actions = dependents.slice(0, RELEASES_PER_PASS_MAX).map((dependent): Action => ({
    type: 'update',
    definition: dependent.definition,
    object: withoutOwners(dependent.object, uids),
  }));
  return { actions, reasons: [{ type: 'setting-dependents-free', dependents: dependents.length }] };
}

function blocks({ object }: Dependent, owner: AnyObject): boolean {
  const references = object.metadata.ownerReferences ?? [];
  return references.some(
    ({ uid, blockOwnerDeletion }) => uid === owner.metadata.uid && blockOwnerDeletion === true,
  );
}

/** Kubernetes' words for ownership across namespaces. */
function refusals({ object, owners, foreignOwners }: Observed): Action[] {
  const refused = owners.filter(({ state }) => state === 'refused').map(({ reference }) => named(reference));
  const { namespace = '' } = object.metadata;
  return [...refused, ...foreignOwners].map((owner): Action => {
    const message =
      namespace === ''
        ? `ownerRef ${owner} is namespaced, and cannot own a cluster-wide object`
        : `ownerRef ${owner} does not exist in namespace "${namespace}"`;
    return {
      type: 'record-event',
      regarding: object,
      severity: 'Warning',
      reason: 'OwnerRefInvalidNamespace',
      message,
    };
  });
}

function withoutOwners(object: AnyObject, uids: ReadonlySet<string>): AnyObject {
  const { ownerReferences = [], ...metadata } = object.metadata;
  const others = ownerReferences.filter(({ uid }) => !uids.has(uid));
  return { ...object, metadata: others.length === 0 ? metadata : { ...metadata, ownerReferences: others } };
}

function withoutFinalizer({ definition, object }: Observed, finalizer: string): Action {
  const { finalizers = [], ...metadata } = object.metadata;
  const others = finalizers.filter((name) => name !== finalizer);
  const next = { ...object, metadata: others.length === 0 ? metadata : { ...metadata, finalizers: others } };
  return { type: 'update', definition, object: next };
}

function names(owners: readonly Owner[]): string {
  return owners.map(({ reference }) => named(reference)).join(', ');
}

function named({ kind, name }: OwnerReference): string {
  return `${kind} ${name}`;
}
