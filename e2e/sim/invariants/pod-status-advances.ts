// What is said of a pod only moves forward.
import type { ContainerStatus, Pod } from '@gantry/api/kinds/pod';
import { timeMs } from '@gantry/kit/time-text';
import type { Bounds } from './bounds.ts';
import { judgingWrites } from './each-write.ts';
import { isFinished, titleOf } from './object-reading.ts';
import type { Invariant } from './world-view.ts';

const RANK: Readonly<Record<string, number>> = {
  Unknown: 0,
  Pending: 0,
  Running: 1,
  Succeeded: 2,
  Failed: 2,
};

/** Judges each write by the one before it. */
export function createPodStatusAdvances(bounds: Pick<Bounds, 'clockSkewMs'>): Invariant {
  return judgingWrites(
    'pod-status-advances',
    "A pod's phase only rises and stays when it is final, restart counts never fall, its start time stays, and nothing started before the pod was made.",
    ({ before, after }) => {
      if (before?.kind !== 'Pod' || after === undefined) return undefined;
      const [was, is] = [before as Pod, after as Pod];
      return (
        phaseBroken(was, is) ??
        restartsBroken(was, is) ??
        startBroken(was, is) ??
        startedEarly(is, bounds.clockSkewMs)
      );
    },
  );
}

function phaseBroken(was: Pod, is: Pod): string | undefined {
  const [from, to] = [was.status?.phase ?? 'Pending', is.status?.phase ?? 'Pending'];
  if ((RANK[to] ?? 0) >= (RANK[from] ?? 0) && !(isFinished(was) && from !== to)) return undefined;
  return `${titleOf(is)} went from phase ${from} to ${to}`;
}

function statusesOf({ status }: Pod): readonly ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

function restartsBroken(was: Pod, is: Pod): string | undefined {
  const counts = new Map(statusesOf(is).map(({ name, restartCount }) => [name, restartCount]));
  const fallen = statusesOf(was).find(({ name, restartCount }) => (counts.get(name) ?? 0) < restartCount);
  if (fallen === undefined) return undefined;
  const { name, restartCount } = fallen;
  return `${titleOf(is)} says that container ${name} was restarted ${counts.get(name) ?? 'no'} times, after ${restartCount}`;
}

function startBroken(was: Pod, is: Pod): string | undefined {
  const [from, to] = [was.status?.startTime, is.status?.startTime];
  return from === undefined || from === to
    ? undefined
    : `${titleOf(is)} changed its startTime from ${from} to ${to ?? 'none'}`;
}

/** Times are told in whole seconds. */
function startedEarly(is: Pod, skewMs: number): string | undefined {
  const createdMs = timeMs(is.metadata.creationTimestamp) ?? 0;
  const early = statusesOf(is).find(
    ({ state }) => (timeMs(state?.running?.startedAt) ?? Infinity) < createdMs - skewMs,
  );
  return early === undefined
    ? undefined
    : `${titleOf(is)} says that container ${early.name} started at ${early.state?.running?.startedAt ?? '?'}, before the pod was made`;
}
