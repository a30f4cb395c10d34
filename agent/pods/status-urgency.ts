// Whether somebody waits for a change of status. Pure.
import type { ContainerStatus, PodStatus } from '@gantry/api/kinds/pod';

/** Phase, readiness, restarts and ends are waited for; reasons of waiting and addresses are not. */
export function isUrgent(before: PodStatus, after: PodStatus): boolean {
  return digest(before) !== digest(after);
}

function digest(status: PodStatus): string {
  const ready = status.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'False';
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return JSON.stringify([
    status.phase ?? 'Pending',
    status.reason ?? '',
    ready,
    containers.map(containerDigest).join(),
  ]);
}

function containerDigest({ state, restartCount, ready }: ContainerStatus): string {
  const kind = state?.running ? 'running' : state?.terminated ? 'terminated' : 'waiting';
  // A container that has not been reported yet counts as waiting.
  return kind === 'waiting' && restartCount === 0 ? '' : `${kind}${restartCount}${String(ready)}`;
}
