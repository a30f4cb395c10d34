// Rollouts of one plan follow each other, and are taken back together.
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { Bounds } from '../bounds.ts';
import { firstBroken } from '../each-write.ts';
import { isDeleting, nameOf, ownerUidOf, titleOf, uidOf } from '../object-reading.ts';
import { createQuietTimer } from '../settled.ts';
import type { Invariant, WriteRecord } from '../world-view.ts';
import { isAtAPlace, isUnderWay } from './update-course.ts';

/** A version is judged by any state in which its Rollout asked for it, and that held while the controller may have looked. */
export function createPlanOrderKept(bounds: Pick<Bounds, 'staleMs'>): Invariant {
  const rollouts = new Map<string, Rollout>();
  const openings = new Openings();
  const isTime = createQuietTimer();

  function take({ key, before, after, atMs }: WriteRecord): void {
    if ((after ?? before)?.kind !== 'Rollout') return;
    if (after === undefined) rollouts.delete(key);
    else rollouts.set(key, after as Rollout);
    if (after === undefined && before !== undefined) openings.forget(before as Rollout);
    const all = [...rollouts.values()];
    for (const rollout of all.filter(waits)) openings.take(rollout, isFree(rollout, all), atMs);
  }

  function judge(write: WriteRecord): string | undefined {
    take(write);
    const { before, after, atMs } = write;
    if (after?.kind !== 'ReplicaSet' || before !== undefined) return undefined;
    const made = after as ReplicaSet;
    const owner = [...rollouts.values()].find((rollout) => uidOf(rollout) === ownerUidOf(made));
    if (owner === undefined || !waits(owner)) return undefined;
    if (openings.untilMs(owner, made) >= atMs - bounds.staleMs) return undefined;
    return `${titleOf(made)} was made, though what comes before it has not been done since it was asked for`;
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

/**
 * When versions were last free to begin. Who has seen that a version is asked for has seen all that was written before, so
 * what was done only until then does not count.
 */
class Openings {
  /** By the Rollout's uid and the version; Infinity where it still is free. */
  readonly #untilMs = new Map<string, Map<string, number>>();

  /** Takes in a state of the Rollout. @param free all that comes before it is done. */
  take(rollout: Rollout, free: boolean, atMs: number): void {
    const versions = this.#untilMs.get(uidOf(rollout)) ?? new Map<string, number>();
    this.#untilMs.set(uidOf(rollout), versions);
    const asked = versionIn(rollout.spec.template);
    for (const [version, untilMs] of versions)
      if (untilMs === Infinity && version !== asked) versions.set(version, atMs);
    if (free) versions.set(asked, Infinity);
    else if (versions.get(asked) === Infinity) versions.set(asked, atMs);
  }

  forget(rollout: Rollout): void {
    this.#untilMs.delete(uidOf(rollout));
  }

  /** Of the version that a ReplicaSet was made of; -Infinity when it never was free. */
  untilMs(rollout: Rollout, { spec }: ReplicaSet): number {
    return this.#untilMs.get(uidOf(rollout))?.get(versionIn(spec.template)) ?? -Infinity;
  }
}

/** Its images: the controller adds to all else. */
function versionIn(template: ReplicaSet['spec']['template'] | undefined): string {
  return (template?.spec.containers ?? []).map(({ image }) => image).join(' ');
}

function waits({ spec }: Rollout): boolean {
  return (spec.dependsOn ?? []).length > 0;
}

/** All that comes before it is there and done. */
function isFree({ metadata, spec }: Rollout, all: readonly Rollout[]): boolean {
  const beside = all.filter((other) => other.metadata.namespace === metadata.namespace);
  return (spec.dependsOn ?? []).every(({ name }) =>
    beside.some((other) => nameOf(other) === name && isDone(other)),
  );
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
