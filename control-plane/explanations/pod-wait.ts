// What a pod waits for, read off the pod: a node, its containers, or its end. Pure. The words are for users; each
// sentence says what would change it.
import { isGated, podKind, type Pod } from '@gantry/api/kinds/pod';
import type { ContainerStatus } from '@gantry/api/kinds/pod/status';
import { isDeleting, isFinished, isReady, podCondition } from '../controllers/pod-condition.ts';
import { SCHEDULER_NAME } from '../scheduler/pod-fate.ts';

/** Why a pod is not ready, or not gone. */
export interface PodWait {
  says: 'scheduler' | 'agent';
  /** Kebab-case. */
  type: string;
  /** A few words by which like pods are counted together. */
  cause: string;
  /** The whole of it. */
  sentence: string;
  /** RFC 3339. */
  since: string;
}

type Found = Omit<PodWait, 'since' | 'says'>;

/** Reasons under which a container merely is on its way. */
const STARTING: ReadonlySet<string> = new Set(['', 'ContainerCreating', 'PodInitializing']);

/** Undefined for a pod that is ready, or has ended. */
export function podWait(pod: Pod): PodWait | undefined {
  if (isFinished(pod)) return undefined;
  const { deletionTimestamp } = pod.metadata;
  if (deletionTimestamp !== undefined) {
    return hasNode(pod) ? { says: 'agent', ...stopping(pod), since: deletionTimestamp } : undefined;
  }
  if (isReady(pod)) return undefined;
  if (hasNode(pod)) return { says: 'agent', ...containersWait(pod), since: sinceOf(pod, 'Ready') };
  return { says: 'scheduler', ...nodeWait(pod), since: sinceOf(pod, 'PodScheduled') };
}

/** Whether the pod counts among those that keep its workload waiting. */
export function keepsWaiting(pod: Pod): boolean {
  return !isDeleting(pod);
}

const hasNode = ({ spec }: Pod): boolean => (spec.nodeName ?? '') !== '';

function sinceOf(pod: Pod, condition: string): string {
  return podCondition(pod, condition)?.lastTransitionTime ?? pod.metadata.creationTimestamp ?? '';
}

function stopping({ spec, metadata }: Pod): Found {
  const seconds = metadata.deletionGracePeriodSeconds ?? 0;
  return {
    type: 'stopping',
    cause: 'stopping',
    sentence: `waiting for node ${spec.nodeName} to stop the containers; they get ${seconds} s before they are killed`,
  };
}

function nodeWait(pod: Pod): Found {
  const { schedulerName = SCHEDULER_NAME } = pod.spec;
  if (schedulerName !== SCHEDULER_NAME) {
    const cause = `left to scheduler "${schedulerName}"`;
    return { type: 'foreign-scheduler', cause, sentence: `${cause}, which has to be run by somebody else` };
  }
  if (isGated(pod)) {
    const names = (pod.spec.schedulingGates ?? []).map(({ name }) => name).join(', ');
    const sentence = `not to be scheduled yet: whoever set ${names} in spec.schedulingGates has to take it away`;
    return { type: 'gated', cause: 'scheduling gates', sentence };
  }
  const verdict = podCondition(pod, 'PodScheduled');
  if (verdict?.status !== 'False') {
    return { type: 'unscheduled', cause: 'no node yet', sentence: 'waiting to be given a node' };
  }
  const why = (verdict.message ?? '').replace(/\.$/, '');
  const nominated = pod.status?.nominatedNodeName ?? '';
  if (nominated !== '') {
    const cause = 'room is being made';
    const sentence = `no node fits: ${why}; ${cause} on node ${nominated}, pods of lower priority leave it`;
    return { type: 'preempting', cause, sentence };
  }
  return {
    type: 'unschedulable',
    cause: 'no node fits',
    sentence: `no node fits: ${why}; tried again when a node or another ${podKind.kind.toLowerCase()} changes`,
  };
}

/** The first container that has something to say speaks for the pod. */
function containersWait(pod: Pod): Found {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const ready = podCondition(pod, 'Ready');
  const node = pod.spec.nodeName ?? '';
  if (ready?.reason === 'NodeNotReady') {
    const cause = `node ${node} is not heard`;
    return { type: 'node-silent', cause, sentence: `${cause}: nobody knows how the containers are` };
  }
  const initializing = initContainerStatuses.find(({ state }) => state?.terminated?.exitCode !== 0);
  for (const status of [...initContainerStatuses, ...containerStatuses]) {
    const found = stuck(pod, status);
    if (found !== undefined) return found;
  }
  if (initializing?.state?.running !== undefined) {
    const sentence = `init container ${initializing.name} has to end before the others start`;
    return { type: 'initializing', cause: `init container ${initializing.name} runs`, sentence };
  }
  const unready = containerStatuses.find((status) => status.state?.running !== undefined && !status.ready);
  if (unready !== undefined) return probing(pod, unready);
  return {
    type: 'starting',
    cause: 'starting',
    sentence: `the containers are being started on node ${node}`,
  };
}

function stuck(pod: Pod, status: ContainerStatus): Found | undefined {
  const { waiting, terminated } = status.state ?? {};
  const reason = waiting?.reason ?? '';
  if (terminated !== undefined && terminated.exitCode !== 0) {
    const cause = 'a container has ended';
    return { type: 'ended', cause, sentence: `container ${status.name} ${endText(status)}` };
  }
  if (STARTING.has(reason)) return undefined;
  const { type, cause, sentence } = (STUCK[reason] ?? other)(pod, status, waiting?.message ?? '', reason);
  return { type, cause, sentence: `container ${status.name}: ${sentence}` };
}

type Tell = (pod: Pod, status: ContainerStatus, message: string, reason: string) => Found;

const STUCK: Readonly<Record<string, Tell>> = {
  ImagePullBackOff: imagePull,
  ErrImagePull: imagePull,
  InvalidImageName: (pod, status, message) => ({
    type: 'image-name',
    cause: 'the image has no valid name',
    sentence: `the image "${imageOf(pod, status)}" has no valid name${detail(message)}`,
  }),
  ErrImageNeverPull: (pod, status) => ({
    type: 'image-absent',
    cause: 'the image is not on the node',
    sentence: `the image "${imageOf(pod, status)}" is not on node ${pod.spec.nodeName} and imagePullPolicy is Never; load it there or allow pulling`,
  }),
  CrashLoopBackOff: (pod, status) => ({
    type: 'crash-loop',
    cause: 'crash loop back-off',
    sentence: `${endText(status)} and is started again after a while, ${status.restartCount} times so far; what it said: gantry logs ${pod.metadata.name} -c ${status.name} --previous`,
  }),
  CreateContainerConfigError: (_pod, _status, message) => ({
    type: 'configuration',
    cause: 'configuration is missing',
    sentence: `configuration is missing${detail(message)}; it starts as soon as that is there`,
  }),
};

function imagePull(pod: Pod, status: ContainerStatus, message: string, reason: string): Found {
  const cause = reason === 'ErrImagePull' ? 'the image cannot be pulled' : 'image pull back-off';
  const why = message.replace(/^Back-off pulling image "[^"]*": (ErrImagePull: )?/, '');
  const sentence = `the image "${imageOf(pod, status)}" cannot be pulled${detail(why)}; tried again at growing intervals`;
  return { type: 'image-pull', cause, sentence };
}

function other(_pod: Pod, _status: ContainerStatus, message: string, reason: string): Found {
  return { type: 'container-waits', cause: reason, sentence: `${reason}${detail(message)}` };
}

function probing(pod: Pod, status: ContainerStatus): Found {
  const container = pod.spec.containers.find(({ name }) => name === status.name);
  const probe =
    container?.startupProbe !== undefined && status.started !== true
      ? 'startup'
      : container?.readinessProbe === undefined
        ? undefined
        : 'readiness';
  if (probe === undefined) {
    return { type: 'starting', cause: 'starting', sentence: `container ${status.name} has just started` };
  }
  const cause = `${probe} probe has not succeeded`;
  return { type: `${probe}-probe`, cause, sentence: `container ${status.name} runs, but its ${cause} yet` };
}

function imageOf({ spec }: Pod, { name, image }: ContainerStatus): string {
  const all = [...(spec.initContainers ?? []), ...spec.containers];
  return all.find((container) => container.name === name)?.image ?? image;
}

function endText({ state, lastState }: ContainerStatus): string {
  const end = state?.terminated ?? lastState?.terminated;
  return end === undefined ? 'ended' : `ended with exit code ${end.exitCode}`;
}

const detail = (message: string): string => (message === '' ? '' : `: ${message.replace(/\.$/, '')}`);
