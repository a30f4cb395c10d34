// The conditions of a node, from what the machine and the clocks tell. Pure.
import type { Node } from '@gantry/api/kinds/node';
import { timeText } from '@gantry/kit/time-text';
import type { DriftBounds } from './clock-drift.ts';
import { driftVerdict } from './clock-drift.ts';
import type { MachineLoad } from '../machine/machine.ts';

export type NodeCondition = NonNullable<NonNullable<Node['status']>['conditions']>[number];

export interface ConditionFacts {
  nowMs: number;
  load: MachineLoad;
  isRoot: boolean;
  drift: DriftBounds;
  /** Why the runtime does not answer; undefined when it does. */
  runtimeFault?: string;
  /** Absent when the node has no service proxy. */
  proxyFault?: ProxyFault | undefined;
  /** Why flags are not evaluated on this node; undefined when they are, or are not meant to be. */
  flagsFault?: string | undefined;
  /** What the pod network says of itself; undefined while it says nothing, or there is none. */
  network?: Verdict | undefined;
}

/** Whether the service proxy is in step, and why not. */
export type ProxyFault = ({ type: 'none' } | { type: 'fault'; message: string }) & {
  /** Why listeners of Gateways do not work here; absent when all do. */
  listeners?: string;
};

type Verdict = Pick<NodeCondition, 'status' | 'reason' | 'message'>;

/** Kubernetes' thresholds for hard eviction. */
const MEMORY_AVAILABLE_MIN_BYTES = 100 * 1024 * 1024;
const DISK_FREE_MIN_SHARE = 0.1;
const PROCESSES_FREE_MIN_SHARE = 0.05;

/** In Kubernetes' order: what is wrong first, Ready last. @param before for the times of transitions. */
export function nodeConditions(facts: ConditionFacts, before: readonly NodeCondition[]): NodeCondition[] {
  const verdicts: [string, Verdict][] = [
    ['MemoryPressure', memoryPressure(facts.load)],
    ['DiskPressure', diskPressure(facts.load)],
    ['PIDPressure', processPressure(facts.load)],
    ['ClockDrift', driftVerdict(facts.drift)],
    ['NeedsRoot', needsRoot(facts.isRoot)],
    ...(facts.proxyFault === undefined ? [] : [servicesUnavailable(facts.proxyFault)]),
    ...(facts.network === undefined ? [] : [['NetworkUnavailable', facts.network] as [string, Verdict]]),
    ...onceFaulty('ListenersUnavailable', facts.proxyFault?.listeners, LISTENERS, before),
    ...onceFaulty('FlagsUnavailable', facts.flagsFault, FLAGS, before),
    ['Ready', ready(facts.runtimeFault)],
  ];
  return verdicts.map(([type, verdict]) => {
    const known = before.find((one) => one.type === type);
    const since = known?.status === verdict.status ? known.lastTransitionTime : undefined;
    const now = timeText(facts.nowMs);
    return { type, ...verdict, lastHeartbeatTime: now, lastTransitionTime: since ?? now };
  });
}

/** Whether two lists say the same, whatever the times. */
export function saysTheSame(a: readonly NodeCondition[], b: readonly NodeCondition[]): boolean {
  const digest = (list: readonly NodeCondition[]): string =>
    JSON.stringify(list.map(({ type, status, reason }) => [type, status, reason]));
  return digest(a) === digest(b);
}

function memoryPressure({ memoryAvailableBytes }: MachineLoad): Verdict {
  const isLow = memoryAvailableBytes !== undefined && memoryAvailableBytes < MEMORY_AVAILABLE_MIN_BYTES;
  return isLow
    ? {
        status: 'True',
        reason: 'NodeHasInsufficientMemory',
        message: 'less than 100 MiB of memory are available',
      }
    : {
        status: 'False',
        reason: 'NodeHasSufficientMemory',
        message: 'the node has sufficient memory available',
      };
}

function diskPressure({ diskFreeBytes, diskTotalBytes }: MachineLoad): Verdict {
  const isLow =
    diskFreeBytes !== undefined &&
    diskTotalBytes !== undefined &&
    diskFreeBytes < diskTotalBytes * DISK_FREE_MIN_SHARE;
  return isLow
    ? { status: 'True', reason: 'NodeHasDiskPressure', message: 'less than 10 % of the disk are free' }
    : { status: 'False', reason: 'NodeHasNoDiskPressure', message: 'the node has no disk pressure' };
}

function processPressure({ processes, processesMax }: MachineLoad): Verdict {
  const isLow =
    processes !== undefined &&
    processesMax !== undefined &&
    processesMax - processes < processesMax * PROCESSES_FREE_MIN_SHARE;
  return isLow
    ? {
        status: 'True',
        reason: 'NodeHasInsufficientPID',
        message: 'fewer than 5 % of the process IDs are free',
      }
    : { status: 'False', reason: 'NodeHasSufficientPID', message: 'the node has sufficient process IDs' };
}

function needsRoot(isRoot: boolean): Verdict {
  return isRoot
    ? { status: 'False', reason: 'AgentIsRoot', message: 'the agent runs as root' }
    : {
        status: 'True',
        reason: 'AgentIsNotRoot',
        message:
          'without root, emptyDir with medium Memory is kept on disk, host names in warm sandboxes are not set ' +
          'and pods see volumes with the permissions of the user of the agent; run the agent as root',
      };
}

function servicesUnavailable(fault: ProxyFault): [string, Verdict] {
  const verdict: Verdict =
    fault.type === 'none'
      ? { status: 'False', reason: 'ServiceProxyInStep', message: 'the service proxy is in step' }
      : { status: 'True', reason: 'ServiceProxyNotInStep', message: fault.message };
  return ['ServicesUnavailable', verdict];
}

/** What is said of a part that works, and in one word of one that does not. */
interface PartWords {
  faultReason: string;
  reason: string;
  message: string;
}

const LISTENERS: PartWords = {
  faultReason: 'ListenersNotServed',
  reason: 'ListenersServed',
  message: 'all listeners of Gateways and Ingresses are served here',
};
const FLAGS: PartWords = {
  faultReason: 'FlagsNotEvaluated',
  reason: 'FlagsEvaluated',
  message: 'flags are evaluated here',
};

/** Shown once there has been a fault. */
function onceFaulty(
  type: string,
  fault: string | undefined,
  { faultReason, reason, message }: PartWords,
  before: readonly NodeCondition[],
): [string, Verdict][] {
  if (fault !== undefined) return [[type, { status: 'True', reason: faultReason, message: fault }]];
  if (!before.some((one) => one.type === type)) return [];
  return [[type, { status: 'False', reason, message }]];
}

function ready(runtimeFault: string | undefined): Verdict {
  return runtimeFault === undefined
    ? { status: 'True', reason: 'AgentReady', message: 'the agent is ready' }
    : { status: 'False', reason: 'RuntimeUnavailable', message: runtimeFault };
}
