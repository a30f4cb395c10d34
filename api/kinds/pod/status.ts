// What is observed of a pod and its containers.
import type { Static } from 'typebox';
import {
  described,
  flag,
  integer,
  listOf,
  long,
  mapOf,
  notYet,
  oneOf,
  optional,
  quantity,
  struct,
  text,
  time,
} from '../../schema.ts';
import { ResourceRequirements } from './container.ts';

const CORE = 'io.k8s.api.core.v1';

export const ContainerStateWaiting = struct(
  `${CORE}.ContainerStateWaiting`,
  'The container does not run yet.',
  {
    reason: optional(text('One word: ContainerCreating, ErrImagePull, CrashLoopBackOff, …')),
    message: optional(text('A sentence.')),
  },
);

export const ContainerStateRunning = struct(`${CORE}.ContainerStateRunning`, 'The container runs.', {
  startedAt: optional(time('Since when.')),
});

export const ContainerStateTerminated = struct(
  `${CORE}.ContainerStateTerminated`,
  'The container has ended.',
  {
    exitCode: integer('Exit code of its first process.'),
    signal: optional(integer('Signal that ended it.')),
    reason: optional(text('One word: Completed, Error, OOMKilled, ContainerCannotRun, …')),
    message: optional(text('Its termination message, or the words of the engine.')),
    startedAt: optional(time('When it started.')),
    finishedAt: optional(time('When it ended.')),
    containerID: optional(text('Its ID in the engine, as `docker://…`.')),
  },
);
export type ContainerStateTerminated = Static<typeof ContainerStateTerminated>;

export const ContainerState = struct(`${CORE}.ContainerState`, 'What a container does. At most one is set.', {
  waiting: optional(described('It does not run yet.', ContainerStateWaiting)),
  running: optional(described('It runs.', ContainerStateRunning)),
  terminated: optional(described('It has ended.', ContainerStateTerminated)),
});
export type ContainerState = Static<typeof ContainerState>;

export const ContainerStatus = struct(
  `${CORE}.ContainerStatus`,
  'What is observed of one container.',
  {
    name: text('Name of the container.'),
    state: optional(described('What it does now.', ContainerState)),
    lastState: optional(described('How its previous run ended.', ContainerState)),
    ready: flag('Whether it runs and its readiness probe succeeds.'),
    restartCount: integer('How often it was started again.', { minimum: 0 }),
    image: text('Name of the image that runs.'),
    imageID: text('ID of the image that runs.'),
    containerID: optional(text('Its ID in the engine, as `docker://…`.')),
    started: optional(flag('Whether it runs and its startup probe has succeeded.')),
    allocatedResources: optional(mapOf('What the node gave it.', quantity('An amount.'))),
    resources: optional(described('What is in force.', ResourceRequirements)),
  },
  notYet({
    volumeMounts: 'See spec.',
    allocatedResourcesStatus: 'See status.conditions.',
    user: 'See spec.',
    stopSignal: 'See the image.',
  }),
);
export type ContainerStatus = Static<typeof ContainerStatus>;

export const PodCondition = struct(`${CORE}.PodCondition`, 'One observed fact about a pod.', {
  type: text('Which fact: PodScheduled, Initialized, ContainersReady, Ready, DisruptionTarget, …'),
  status: oneOf('Whether it holds.', ['True', 'False', 'Unknown']),
  reason: optional(text('One word for programs: why.')),
  message: optional(text('A sentence for people: why.')),
  lastProbeTime: optional(time('When it was last looked at.')),
  lastTransitionTime: optional(time('When `status` last changed.')),
  observedGeneration: optional(long('Generation of the pod that was looked at.')),
});
export type PodCondition = Static<typeof PodCondition>;

export const PodIP = struct(`${CORE}.PodIP`, 'An address of the pod.', { ip: text('The address.') });
export const HostIP = struct(`${CORE}.HostIP`, 'An address of the node.', { ip: text('The address.') });

export const PodStatus = struct(
  `${CORE}.PodStatus`,
  'What is observed of a pod.',
  {
    phase: optional(
      oneOf('Where the pod is in its life.', ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']),
    ),
    conditions: optional(
      listOf('Observed facts.', PodCondition, { patchMergeKey: 'type', listMapKeys: ['type'] }),
    ),
    reason: optional(text('One word: why the pod is in this phase, e.g. Evicted.')),
    message: optional(text('A sentence: why the pod is in this phase.')),
    hostIP: optional(text('Address of its node.')),
    hostIPs: optional(listOf('Addresses of its node.', HostIP, { patchMergeKey: 'ip' })),
    podIP: optional(text('Its address.')),
    podIPs: optional(listOf('Its addresses.', PodIP, { patchMergeKey: 'ip', listMapKeys: ['ip'] })),
    startTime: optional(time('When the node took it on.')),
    initContainerStatuses: optional(listOf('Its init containers, in order.', ContainerStatus)),
    containerStatuses: optional(listOf('Its containers.', ContainerStatus)),
    qosClass: optional(
      oneOf('How it is treated when memory is short.', ['Guaranteed', 'Burstable', 'BestEffort']),
    ),
    nominatedNodeName: optional(text('Node on which room is being made for it.')),
    observedGeneration: optional(long('Generation of the pod that this describes.')),
  },
  notYet({
    ephemeralContainerStatuses: 'There are no ephemeral containers.',
    resize: 'Changed resources make a new pod.',
    resourceClaimStatuses: 'Devices cannot be claimed.',
  }),
);
export type PodStatus = Static<typeof PodStatus>;
