// A world that is what it is to be is left alone: nobody writes but to say that he lives.
import type { AnyObject } from '@gantry/api/meta';
import type { Job } from '@gantry/api/kinds/job';
import type { Pod } from '@gantry/api/kinds/pod';
import type { Service } from '@gantry/api/kinds/service';
import type { Bounds } from './bounds.ts';
import { heldUpBy } from './held-up-pods.ts';
import { hasEnded, isFinished, ownerUidOf, titleOf, uidOf } from './object-reading.ts';
import { isSettled } from './settled.ts';
import type { Invariant, WorldView, WriteRecord } from './world-view.ts';

/** Heartbeats, what nodes say of themselves, and what is told to users. */
const ALWAYS_ALLOWED: ReadonlySet<string> = new Set(['Lease', 'Node', 'Event']);

/**
 * Restless by nature are CronJobs and Jobs with all that belongs to them, and workloads of which a pod is held up or
 * was restarted: for these nothing is asked. Where a pod gets on after all, the world has to settle anew.
 */
export function createQuietWhenSettled(bounds: Pick<Bounds, 'settleMs'>): Invariant {
  let gotOnAtMs = -Infinity;
  return {
    name: 'quiet-when-settled',
    sentence:
      'Once every workload is what it is to be, nothing is written any more but heartbeats and Events.',
    check(view) {
      if (view.writes.some(getsOn)) gotOnAtMs = view.nowMs;
      if (!isSettled(view, bounds) || view.nowMs - gotOnAtMs < bounds.settleMs) return undefined;
      const write = view.writes.find((one) => isUnasked(one, view));
      if (write === undefined) return undefined;
      const object = (write.after ?? write.before) as AnyObject;
      const what = write.before === undefined ? 'created' : write.after === undefined ? 'removed' : 'changed';
      return `${titleOf(object)} was ${what} by ${write.by.process} at revision ${write.revision}${changedPart(write)}, though nothing was left to do`;
    },
  };
}

/** A pod that was held up is so no more. */
function getsOn({ before, after }: WriteRecord): boolean {
  return (
    before?.kind === 'Pod' && isUneasy(before as Pod) && !(after !== undefined && isUneasy(after as Pod))
  );
}

function isUnasked({ before, after }: WriteRecord, view: WorldView): boolean {
  const object = after ?? before;
  if (object === undefined || ALWAYS_ALLOWED.has(object.kind)) return false;
  // The end of a Job may come long after its last pod: it is restless until that is written.
  if (before?.kind === 'Job' && !isLongOver(before as Job)) return false;
  const byUid = new Map<string, AnyObject>();
  for (const kind of ['Deployment', 'Rollout', 'Experiment', 'ReplicaSet', 'DaemonSet', 'Job', 'CronJob'])
    for (const owner of view.objects(kind).values()) byUid.set(uidOf(owner), owner);
  if (object.kind === 'EndpointSlice')
    return !selectedRoots(object, view, byUid).some((root) => isRestless(root, view, byUid));
  return !isRestless(rootOf(object, byUid), view, byUid);
}

/** A slice is as restless as the pods of its Service, those that are yet to come included. */
function selectedRoots(
  slice: AnyObject,
  view: WorldView,
  byUid: ReadonlyMap<string, AnyObject>,
): AnyObject[] {
  const service = [...view.objects('Service').values()].find((each) => uidOf(each) === ownerUidOf(slice));
  const selector = Object.entries((service as Service | undefined)?.spec.selector ?? {});
  return [...byUid.values(), ...view.objects('Pod').values()]
    .filter((object) => selector.every(([key, value]) => podLabelsOf(object)[key] === value))
    .map((object) => rootOf(object, byUid));
}

interface Templates {
  template?: { metadata?: { labels?: Record<string, string> } };
  jobTemplate?: { spec?: Templates };
}

function podLabelsOf(object: AnyObject): Readonly<Record<string, string>> {
  const { template, jobTemplate } = (object['spec'] ?? {}) as Templates;
  const labels = template?.metadata?.labels ?? jobTemplate?.spec?.template?.metadata?.labels;
  return (object.kind === 'Pod' ? object.metadata.labels : labels) ?? {};
}

/** The owner of the owner, up to one that nobody manages. */
function rootOf(object: AnyObject, byUid: ReadonlyMap<string, AnyObject>): AnyObject {
  const owner = byUid.get(ownerUidOf(object) ?? '');
  return owner === undefined ? object : rootOf(owner, byUid);
}

function isRestless(root: AnyObject, view: WorldView, byUid: ReadonlyMap<string, AnyObject>): boolean {
  if (root.kind === 'CronJob') return true;
  if (root.kind === 'Job') return !isLongOver(root as Job);
  if (root.kind === 'Pod' && isUneasy(root as Pod)) return true;
  return [...view.objects('Pod').values()].some(
    (pod) => isUneasy(pod as Pod) && uidOf(rootOf(pod, byUid)) === uidOf(root),
  );
}

/** An end lets pods go, and after its time to live the Job itself. */
function isLongOver(job: Job): boolean {
  if (job.spec.ttlSecondsAfterFinished !== undefined || job.status?.active !== undefined) return false;
  return hasEnded(job);
}

function isUneasy(pod: Pod): boolean {
  if (heldUpBy(pod) !== undefined || isFinished(pod)) return true;
  return pod.status?.containerStatuses?.some(({ restartCount }) => restartCount > 0) === true;
}

/** ` (status)`: which parts of the object differ. */
function changedPart({ before, after }: WriteRecord): string {
  if (before === undefined || after === undefined) return '';
  const parts = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...parts].filter((part) => JSON.stringify(before[part]) !== JSON.stringify(after[part]));
  return ` (${changed.join(', ')})`;
}
