// Rollouts of one plan follow each other, and are taken back together.
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { Rollout } from '@gantry/api/kinds/rollout';
import { keyOf, keyText } from '@gantry/api/meta';
import type { Bounds } from '../bounds.ts';
import { firstBroken } from '../each-write.ts';
import { isDeleting, nameOf, ownerUidOf, titleOf, uidOf } from '../object-reading.ts';
import { createQuietTimer } from '../settled.ts';
import type { Invariant, WriteRecord } from '../world-view.ts';
import { isAtAPlace, isUnderWay } from './update-course.ts';

/** A Rollout that comes first is judged by any state of it that held while the controller may have looked. */
export function createPlanOrderKept(bounds: Pick<Bounds, 'staleMs'>): Invariant {
  const rollouts = new Map<string, Rollout>();
  /** When a Rollout was last done, by `namespace/name`; Infinity for one that is. */
  const doneUntilMs = new Map<string, number>();
  const isTime = createQuietTimer();

  function take({ key, before, after, atMs }: WriteRecord): void {
    if ((after ?? before)?.kind !== 'Rollout') return;
    if (after === undefined) rollouts.delete(key);
    else rollouts.set(key, after as Rollout);
    const place = keyText(keyOf((after ?? before) as Rollout));
    if (after !== undefined && isDone(after as Rollout)) doneUntilMs.set(place, Infinity);
    else if (doneUntilMs.get(place) === Infinity) doneUntilMs.set(place, atMs);
  }

  function judge(write: WriteRecord): string | undefined {
    take(write);
    const { before, after, atMs } = write;
    if (after?.kind !== 'ReplicaSet' || before !== undefined) return undefined;
    const owner = [...rollouts.values()].find(
      (rollout) => uidOf(rollout) === ownerUidOf(after as ReplicaSet),
    );
    for (const { name } of owner?.spec.dependsOn ?? []) {
      const untilMs = doneUntilMs.get(`${owner?.metadata.namespace ?? ''}/${name}`) ?? -Infinity;
      if (untilMs < atMs - bounds.staleMs)
        return `${titleOf(after)} was made, though ${name}, which comes before it, is not done`;
    }
    return undefined;
  }

  return {
    name: 'plan-order-kept',
    sentence:
      'A version is begun only once the Rollouts that come before it are done; one that is aborted takes the others of its plan with it.',
    check(view) {
      const broken = firstBroken(view, judge);
      return broken ?? (isTime(view) ? leftBehind([...rollouts.values()]) : undefined);
    },
  };
}

/** The status tells of the present spec, and the present version is the stable one. */
function isDone({ metadata, status = {} }: Rollout): boolean {
  const { stableRS = '', currentPodHash, observedGeneration } = status;
  return stableRS !== '' && stableRS === currentPodHash && observedGeneration === String(metadata.generation);
}

/** A Rollout that goes on though another one of its plan was aborted. */
function leftBehind(all: readonly Rollout[]): string | undefined {
  const rollouts = all.filter((rollout) => !isDeleting(rollout));
  for (const rollout of rollouts) {
    const { abort, abortedBy } = rollout.status ?? {};
    if (abort !== true || abortedBy !== undefined) continue;
    const other = planOf(rollout, rollouts).find((member) => isUnderWay(member) && isAtAPlace(member));
    if (other !== undefined)
      return `${titleOf(rollout)} was aborted, and ${titleOf(other)} of its plan goes on`;
  }
  return undefined;
}

/** All that it depends on or that depend on it, directly or through others. */
function planOf(rollout: Rollout, all: readonly Rollout[]): Rollout[] {
  const found = new Set([rollout]);
  for (const member of found)
    for (const other of all) if (dependsOn(member, other) || dependsOn(other, member)) found.add(other);
  return [...found];
}

function dependsOn({ metadata, spec }: Rollout, other: Rollout): boolean {
  const isBeside = metadata.namespace === other.metadata.namespace;
  return isBeside && (spec.dependsOn ?? []).some(({ name }) => name === nameOf(other));
}
