// A pod in a few words and colours, the same in all tables and on its own page. Pure.
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import { podStatusWord } from '@gantry/api/kinds/pod/pod-columns';
import type { Tone } from './badge.tsx';

const GOOD: ReadonlySet<string> = new Set(['Completed', 'Succeeded']);
const BUSY: ReadonlySet<string> = new Set([
  'Pending',
  'ContainerCreating',
  'PodInitializing',
  'Terminating',
  'SchedulingGated',
]);

/** The colour of the status word: a pod that runs and is not ready is no good news yet. */
export function podTone(pod: Pod): Tone {
  const word = podStatusWord(pod);
  if (word === 'Running') return isReady(pod) ? 'good' : 'warn';
  if (GOOD.has(word)) return 'quiet';
  if (word === 'Pending' && isUnplaced(pod)) return 'warn';
  if (BUSY.has(word) || /^Init:\d+\/\d+$/.test(word)) return 'busy';
  return word === 'Unknown' || word === 'NotReady' ? 'warn' : 'bad';
}

/** The status in a word. Of a pod whose node has fallen silent nobody knows whether it still runs. */
export function podStatus(pod: Pod): string {
  const word = podStatusWord(pod);
  return word === 'Running' && isUnheard(pod) ? 'Node lost' : word;
}

/** Whether what is said of its containers is what its node said last, before it fell silent. */
export function isUnheard({ status }: Pod): boolean {
  return (status?.conditions ?? []).some(({ type, reason }) => type === 'Ready' && reason === 'NodeNotReady');
}

/** Whether no node fits. */
export function isUnplaced({ status }: Pod): boolean {
  return (status?.conditions ?? []).some(
    ({ type, status: holds }) => type === 'PodScheduled' && holds === 'False',
  );
}

/** Whether a pod gets traffic, or a node runs pods. */
export function isReady({ status }: Pick<Pod, 'status'> | Pick<Node, 'status'>): boolean {
  return (status?.conditions ?? []).some(({ type, status: holds }) => type === 'Ready' && holds === 'True');
}

/** Whether it has ended for good. */
export function hasEnded({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** How often its containers were started again. */
export function restartCount({ status }: Pod): number {
  return (status?.containerStatuses ?? []).reduce((sum, { restartCount: count }) => sum + count, 0);
}
