// What keeps a pod from running, in the words of whoever said it: the scheduler, or the agent about a container. Pure.
import type { Pod } from '../pod.ts';

/** Undefined where nothing is said. */
export function podTrouble({ status }: Pod): string | undefined {
  const unscheduled = (status?.conditions ?? []).find(
    ({ type, status: holds }) => type === 'PodScheduled' && holds === 'False',
  );
  if (unscheduled?.message !== undefined) return unscheduled.message;
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
    .map(({ state }) => state?.waiting?.message ?? state?.terminated?.message)
    .find((message) => message !== undefined && message !== '');
}
