// A DaemonSet makes one pod a node, and with a surge one more while it replaces.
import type { DaemonSet } from '@gantry/api/kinds/daemon-set';
import type { Pod } from '@gantry/api/kinds/pod';
import type { Bounds } from './bounds.ts';
import { firstBroken } from './each-write.ts';
import { isDeleting, isFinished, ownerUidOf, titleOf, uidOf } from './object-reading.ts';
import { ObjectsSoFar } from './objects-so-far.ts';
import { RecentSums, RecentValues } from './recent-values.ts';
import type { Invariant, WriteRecord } from './world-view.ts';

/** Judged where pods are made, by the pods of the node that have not ended. */
export function createOneDaemonPodANode(bounds: Pick<Bounds, 'staleMs'>): Invariant {
  const objects = new ObjectsSoFar(['DaemonSet', 'Pod']);
  const podsMax = new RecentValues(bounds.staleMs);
  /** Pods that came to a DaemonSet without its controller. */
  const strangers = new RecentSums(bounds.staleMs);

  function judge(write: WriteRecord): string | undefined {
    const { before, after, by, atMs } = write;
    objects.apply(write);
    if (after?.kind === 'DaemonSet') podsMax.set(uidOf(after), surges(after as DaemonSet) ? 2 : 1, atMs);
    if (after?.kind !== 'Pod') return undefined;
    const owner = objects.byUid(ownerUidOf(after) ?? '');
    if (owner?.kind !== 'DaemonSet') return undefined;
    const uid = uidOf(owner);
    const isNew = before === undefined;
    if (isNew ? by.term === undefined : ownerUidOf(before) !== uid) strangers.add(uid, 1, atMs);
    if (!isNew || by.term === undefined) return undefined;
    const node = targetOf(after as Pod);
    const most = podsMax.max(uid, atMs) ?? 1;
    const pods = objects
      .ofOwner<Pod>(uid, 'Pod')
      .filter((pod) => targetOf(pod) === node && takesPlace(pod, most));
    if (pods.length <= most + strangers.sum(uid, atMs)) return undefined;
    const others = pods.filter((pod) => uidOf(pod) !== uidOf(after)).map(titleOf);
    return `${titleOf(after)} of ${titleOf(owner)} was made for ${node}, which has ${others.join(', ')} already`;
  }

  return {
    name: 'one-daemon-pod-a-node',
    sentence:
      'A DaemonSet has one pod on a node that has not ended, and one more only where its update may surge.',
    check: (view) => firstBroken(view, judge),
  };
}

/** Without a surge the old pod has to have ended; with one it may be stopping. */
function takesPlace(pod: Pod, most: number): boolean {
  return !isFinished(pod) && (most === 1 || !isDeleting(pod));
}

function surges({ spec }: DaemonSet): boolean {
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  const { maxSurge = 0 } = rollingUpdate ?? {};
  return type !== 'OnDelete' && maxSurge !== 0 && maxSurge !== '0%';
}

/** The node that the pod is bound to, or is to be bound to. */
function targetOf({ spec }: Pod): string {
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const named = terms
    .flatMap(({ matchFields = [] }) => matchFields)
    .find(({ key }) => key === 'metadata.name');
  return (spec.nodeName ?? '') === '' ? (named?.values?.[0] ?? '') : (spec.nodeName ?? '');
}
