// What belongs to nobody any more goes, and so does what is in a namespace that was asked to go.
import type { AnyObject } from '@gantry/api/meta';
import type { Pod } from '@gantry/api/kinds/pod';
import type { Bounds } from './bounds.ts';
import { graceMsOf, isDeleting, isOnDownHost, JOB_TRACKING, titleOf, uidOf } from './object-reading.ts';
import type { Invariant, WorldView } from './world-view.ts';

/** Finalizers that the control plane itself sees to; others wait for whoever set them. */
const OWN: ReadonlySet<string> = new Set(['foregroundDeletion', 'orphan', JOB_TRACKING]);
/** A full look over the store is taken this often. */
const LOOK_EVERY_MS = 10_000;

/**
 * Looked at when the world is calm: before, nobody may be there to collect.
 *
 * @param kinds all kinds that may own or be owned.
 */
export function createGarbageGoes(kinds: readonly string[], bounds: Pick<Bounds, 'collectMs'>): Invariant {
  /** Since when each object is found to be on its way out. */
  const sinceMs = new Map<string, number>();
  let lookedAtMs = -Infinity;

  function overdueIn(view: WorldView): string | undefined {
    const objects = kinds.flatMap((kind) => [...view.objects(kind).values()]);
    const living = new Set(objects.map(uidOf));
    const namespaces = view.objects('Namespace');
    const inhabited = new Set(objects.map(({ metadata }) => metadata.namespace ?? ''));
    const found = new Set<string>();
    for (const object of objects) {
      const why = whyToGo(object, living, namespaces);
      if (why === undefined || isHeldByOthers(object, inhabited)) continue;
      // What waits for such a pod waits too.
      if (object.kind === 'Pod' && isOnDownHost(object as Pod, view)) continue;
      found.add(uidOf(object));
      const since = sinceMs.get(uidOf(object)) ?? view.nowMs;
      sinceMs.set(uidOf(object), since);
      const graceMs = object.kind === 'Pod' ? graceMsOf(object as Pod) : 0;
      const waitedMs = view.nowMs - since;
      if (waitedMs > graceMs + bounds.collectMs)
        return `${titleOf(object)} is still there ${waitedMs} ms later, though ${why}`;
    }
    for (const uid of sinceMs.keys()) if (!found.has(uid)) sinceMs.delete(uid);
    return undefined;
  }

  return {
    name: 'garbage-goes',
    sentence:
      'Once the world is calm, what has lost its last owner, and what was asked to go, is gone within a bound.',
    check(view) {
      if (view.calmSinceMs === undefined) {
        sinceMs.clear();
        return undefined;
      }
      if (view.nowMs - lookedAtMs < LOOK_EVERY_MS) return undefined;
      lookedAtMs = view.nowMs;
      return overdueIn(view);
    },
  };
}

function whyToGo(
  object: AnyObject,
  living: ReadonlySet<string>,
  namespaces: ReadonlyMap<string, AnyObject>,
): string | undefined {
  if (isDeleting(object)) return 'it was asked to go';
  const { namespace, ownerReferences = [] } = object.metadata;
  const home = namespace === undefined ? undefined : namespaces.get(`/gantry/core/namespaces/${namespace}`);
  if (home !== undefined && isDeleting(home)) return 'its namespace was asked to go';
  const isAbandoned = ownerReferences.length > 0 && ownerReferences.every(({ uid }) => !living.has(uid));
  return isAbandoned
    ? `its owner ${ownerReferences[0]?.kind ?? ''} ${ownerReferences[0]?.name ?? ''} is gone`
    : undefined;
}

/** A namespace waits for what is in it, and an owner in the foreground for its dependents: these are looked at themselves. */
function isHeldByOthers({ kind, metadata }: AnyObject, inhabited: ReadonlySet<string>): boolean {
  if (kind === 'Namespace' && inhabited.has(metadata.name ?? '')) return true;
  const finalizers = metadata.finalizers ?? [];
  return finalizers.some((name) => !OWN.has(name)) || finalizers.includes('foregroundDeletion');
}
