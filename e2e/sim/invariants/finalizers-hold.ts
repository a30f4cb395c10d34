// An object with finalizers stays until who set them is done.
import type { AnyObject, OwnerReference } from '@gantry/api/meta';
import { firstBroken } from './each-write.ts';
import { isDeleting, JOB_TRACKING, titleOf, uidOf } from './object-reading.ts';
import { ObjectsSoFar } from './objects-so-far.ts';
import { RecentSums } from './recent-values.ts';
import type { Bounds } from './bounds.ts';
import type { Invariant, WriteRecord } from './world-view.ts';

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';
/** Those that the control plane itself sets and takes away. */
const OWN: ReadonlySet<string> = new Set([FOREGROUND, ORPHAN, JOB_TRACKING]);

/**
 * The last finalizer goes in the very write that removes the object, so that a removal is judged by what the
 * finalizers were waiting for.
 *
 * @param kinds all kinds that may own or be owned.
 */
export function createFinalizersHold(
  kinds: readonly string[],
  bounds: Pick<Bounds, 'requestMs' | 'staleMs'>,
): Invariant {
  const objects = new ObjectsSoFar(kinds);
  const dependents = new Dependents();
  const requests = new RecentSums(bounds.requestMs);

  function brokenBy({ key, before, after, atMs }: WriteRecord): string | undefined {
    const lost = lostFinalizers(before, after);
    if (before === undefined || lost.length === 0) return undefined;
    if (after === undefined && !isDeleting(before))
      return `${titleOf(before)} was removed with finalizer ${lost.join(', ')}, without having been asked to go`;
    if (after !== undefined && !isDeleting(before)) return undefined;
    const foreign = lost.find((name) => !OWN.has(name));
    if (foreign !== undefined && requests.sum(key, atMs) === 0)
      return `${titleOf(before)} lost finalizer ${foreign}, though no user took it away`;
    const blocking = dependents
      .of(uidOf(before))
      .filter(
        ({ sinceMs, key: dependent }) =>
          sinceMs < atMs - bounds.staleMs && isWithin(before, objects.get(dependent)),
      );
    const held = lost.includes(FOREGROUND)
      ? blocking.filter(({ reference }) => reference.blockOwnerDeletion === true)
      : lost.includes(ORPHAN)
        ? blocking
        : [];
    const [first] = held;
    // A second request may have taken the policy back, and with it the finalizer.
    if (first === undefined || requests.sum(key, atMs) > 0) return undefined;
    return `${titleOf(before)} went before its dependent ${titleOf(objects.get(first.key) ?? before)}`;
  }

  return {
    name: 'finalizers-hold',
    sentence:
      'An object with finalizers is never removed: foreground deletion waits for the dependents, orphaning until they are let go, and a finalizer of a user for that user.',
    check(view) {
      for (const { key, atMs } of view.requested) requests.add(key, 1, atMs);
      return firstBroken(view, (write) => {
        const broken = brokenBy(write);
        objects.apply(write);
        dependents.apply(write);
        return broken;
      });
    },
  };
}

function lostFinalizers(before: AnyObject | undefined, after: AnyObject | undefined): string[] {
  const kept = new Set(after?.metadata.finalizers ?? []);
  return (before?.metadata.finalizers ?? []).filter((name) => !kept.has(name));
}

/** Ownership across namespaces is not honoured. */
function isWithin(owner: AnyObject, dependent: AnyObject | undefined): boolean {
  const { namespace } = owner.metadata;
  return namespace === undefined || dependent?.metadata.namespace === namespace;
}

interface Dependent {
  key: string;
  reference: OwnerReference;
  sinceMs: number;
}

/** Who names whom as an owner, within one namespace. */
class Dependents {
  readonly #ofOwner = new Map<string, Map<string, Dependent>>();

  apply({ key, before, after, atMs }: WriteRecord): void {
    const kept = new Set(after?.metadata.ownerReferences?.map(({ uid }) => uid));
    for (const { uid } of before?.metadata.ownerReferences ?? [])
      if (!kept.has(uid)) this.#ofOwner.get(uid)?.delete(key);
    for (const reference of after?.metadata.ownerReferences ?? []) {
      const dependents = this.#ofOwner.get(reference.uid) ?? new Map<string, Dependent>();
      this.#ofOwner.set(reference.uid, dependents);
      dependents.set(key, { key, reference, sinceMs: dependents.get(key)?.sinceMs ?? atMs });
    }
  }

  of(ownerUid: string): Dependent[] {
    return [...(this.#ofOwner.get(ownerUid)?.values() ?? [])];
  }
}
