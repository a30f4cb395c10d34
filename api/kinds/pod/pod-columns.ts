// What `get pods` shows: above all one word for how the pod is, drawn from its containers.
import type { Column } from '../../definition.ts';
import { formatAge } from '../../duration.ts';
import { ageColumn, NONE } from '../columns.ts';
import type { Pod } from '../pod.ts';
import type { ContainerStatus } from './status.ts';

export const podColumns: readonly Column<Pod>[] = [
  {
    name: 'Ready',
    type: 'string',
    description: 'Containers that are ready, of all.',
    value: readyText,
  },
  {
    name: 'Status',
    type: 'string',
    description: 'How the pod is, in one word.',
    value: (pod) => podStatusWord(pod),
  },
  {
    name: 'Restarts',
    type: 'string',
    description: 'How often its containers were started again, and when last.',
    value: restartsText,
  },
  ageColumn(),
  {
    name: 'IP',
    type: 'string',
    priority: 1,
    description: 'Address of the pod.',
    value: (pod) => pod.status?.podIP ?? NONE,
  },
  {
    name: 'Node',
    type: 'string',
    priority: 1,
    description: 'The node that runs it.',
    value: (pod) => pod.spec.nodeName ?? NONE,
  },
  {
    name: 'Nominated Node',
    type: 'string',
    priority: 1,
    description: 'The node on which room is being made for it.',
    value: (pod) => pod.status?.nominatedNodeName ?? NONE,
  },
  {
    name: 'Readiness Gates',
    type: 'string',
    priority: 1,
    description: 'Extra conditions that it has to meet; there are none yet.',
    value: () => NONE,
  },
];

const isRunningReady = (status: ContainerStatus): boolean =>
  status.ready && status.state?.running !== undefined;

/** Containers that are ready, of all: `1/2`. */
export function readyText({ spec, status }: Pod): string {
  return `${(status?.containerStatuses ?? []).filter(isRunningReady).length}/${spec.containers.length}`;
}

/** The word in the STATUS column, as kubectl's users know it: Running, CrashLoopBackOff, Init:0/1, Terminating, … */
export function podStatusWord(pod: Pod): string {
  const { phase = 'Unknown', reason } = pod.status ?? {};
  if (pod.metadata.deletionTimestamp !== undefined) {
    if (reason === 'NodeLost') return 'Unknown';
    if (phase !== 'Succeeded' && phase !== 'Failed') return 'Terminating';
  }
  const said = reason === undefined || reason === '' ? phase : reason;
  const own = isHeldByGates(pod) ? 'SchedulingGated' : said;
  const init = initWord(pod);
  if (init !== undefined && !hasCondition(pod, 'Initialized')) return init;
  return containersWord(pod, init ?? own);
}

function isHeldByGates({ status }: Pod): boolean {
  return (status?.conditions ?? []).some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
}

function hasCondition(pod: Pod, type: string): boolean {
  return (pod.status?.conditions ?? []).some(
    (condition) => condition.type === type && condition.status === 'True',
  );
}

/** Where the init containers stand; undefined when all have succeeded. */
function initWord(pod: Pod): string | undefined {
  const statuses = pod.status?.initContainerStatuses ?? [];
  const index = statuses.findIndex((status) => status.state?.terminated?.exitCode !== 0);
  const { terminated, waiting } = statuses[index]?.state ?? {};
  if (index === -1) return undefined;
  if (terminated !== undefined) return `Init:${terminatedWord(terminated)}`;
  const reason = waiting?.reason ?? '';
  if (reason !== '' && reason !== 'PodInitializing') return `Init:${reason}`;
  return `Init:${index}/${pod.spec.initContainers?.length ?? statuses.length}`;
}

/** The first container that has something to say speaks for the pod. */
function containersWord(pod: Pod, otherwise: string): string {
  const statuses = pod.status?.containerStatuses ?? [];
  const word = statuses.map(containerWord).find((one) => one !== undefined) ?? otherwise;
  if (word !== 'Completed' || !statuses.some(isRunningReady)) return word;
  return hasCondition(pod, 'Ready') ? 'Running' : 'NotReady';
}

function containerWord({ state }: ContainerStatus): string | undefined {
  const waiting = state?.waiting?.reason ?? '';
  if (waiting !== '') return waiting;
  return state?.terminated === undefined ? undefined : terminatedWord(state.terminated);
}

function terminatedWord(end: { reason?: string; signal?: number; exitCode: number }): string {
  if (end.reason !== undefined && end.reason !== '') return end.reason;
  return end.signal === undefined || end.signal === 0 ? `ExitCode:${end.exitCode}` : `Signal:${end.signal}`;
}

/** How often its containers were started again, and when last: `3 (5m ago)`. */
export function restartsText(pod: Pod, nowMs: number): string {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const initializing = initWord(pod) !== undefined && !hasCondition(pod, 'Initialized');
  const counted = initializing ? initContainerStatuses : containerStatuses;
  const count = counted.reduce((sum, status) => sum + status.restartCount, 0);
  const ends = counted.map((status) => Date.parse(status.lastState?.terminated?.finishedAt ?? ''));
  const lastMs = Math.max(...ends.filter((end) => !Number.isNaN(end)), -Infinity);
  return count === 0 || lastMs === -Infinity ? String(count) : `${count} (${formatAge(nowMs - lastMs)} ago)`;
}
