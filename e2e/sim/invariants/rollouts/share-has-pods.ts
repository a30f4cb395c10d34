// Pods first, then traffic: a share grows only when the version has the ready pods that it needs.
import type { Pod } from '@gantry/api/kinds/pod';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import type { Bounds } from '../bounds.ts';
import { judgingWrites } from '../each-write.ts';
import { isActive, isReady, titleOf, uidOf } from '../object-reading.ts';
import { ObjectsSoFar } from '../objects-so-far.ts';
import { RecentValues } from '../recent-values.ts';
import type { Invariant, WriteRecord } from '../world-view.ts';
import { rolloutOf, besideOf, sideShare, versionOf } from './rollout-reading.ts';

/** Judged by the most ready pods, and the fewest wanted ones, that there were while the controller may have looked. */
export function createShareHasPods(bounds: Pick<Bounds, 'staleMs'>): Invariant {
  const objects = new ObjectsSoFar(['Rollout', 'Service', 'Pod']);
  const ready = new RecentValues(bounds.staleMs);
  const wanted = new RecentValues(bounds.staleMs);
  const uids = new Map<string, Set<string>>();

  function countPod({ key, before, after, atMs }: WriteRecord): void {
    const version = versionOf(after ?? before);
    const own = uids.get(version) ?? new Set<string>();
    if (after !== undefined && isActive(after as Pod) && isReady(after as Pod)) own.add(key);
    else own.delete(key);
    uids.set(version, own);
    ready.set(version, own.size, atMs);
  }

  function judge(write: WriteRecord): string | undefined {
    const { before, after, atMs } = write;
    objects.apply(write);
    if ((after ?? before)?.kind === 'Pod') countPod(write);
    if (after?.kind === 'Rollout') wanted.set(uidOf(after), (after as Rollout).spec.replicas ?? 1, atMs);
    if (before?.kind !== 'TrafficSplit' || after === undefined) return undefined;
    const share = sideShare(after as TrafficSplit);
    const rollout = rolloutOf(after, objects);
    if (share === undefined || rollout === undefined) return undefined;
    if (share.weight <= (sideShare(before as TrafficSplit)?.weight ?? 0)) return undefined;
    const version = versionOf(besideOf(after, share.side, objects.all()));
    const needed = podsNeeded(rollout, wanted.min(uidOf(rollout), atMs) ?? 1, share.weight);
    const present = ready.max(version, atMs) ?? 0;
    if (present >= needed) return undefined;
    return `${titleOf(after)} gives version ${version} ${share.weight} % of the traffic, with ${present} ready pods of ${needed}`;
  }

  return judgingWrites(
    'share-has-pods',
    'The share of a version grows only when it has as many ready pods as the share needs.',
    judge,
  );
}

/** A scale that people have set is theirs to answer for, down to a single pod. */
function podsNeeded({ spec: { strategy } }: Rollout, replicas: number, weight: number): number {
  if (replicas === 0) return 0;
  if (strategy.canary?.steps?.some(({ setCanaryScale }) => setCanaryScale !== undefined) === true) return 1;
  return Math.ceil((replicas * weight) / 100);
}
