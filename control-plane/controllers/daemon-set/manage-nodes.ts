// One pod on every node that should have one, none elsewhere; failed ones are replaced, with a growing delay.
import { backoffMs } from '@gantry/kit/backoff';
import type { Pod } from '@gantry/api/kinds/pod';
import { createdAtMs, isAvailable, isDeleting, isFinished, isReady } from '../pod-condition.ts';
import { FAILURES } from './daemon-pod.ts';
import { isUpdated, type NodeRoom } from './node-room.ts';

/** What is to be done about pods. */
export interface PodChanges {
  /** Nodes that get a pod, with the failures that it starts with. */
  create: readonly { nodeName: string; failures: number }[];
  remove: readonly { pod: Pod; why: RemovalCause }[];
  /** Failed pods that stay a while, with how long. */
  waiting: readonly { pod: Pod; forMs: number }[];
}

/** Why a pod goes. */
export type RemovalCause =
  'failed' | 'succeeded' | 'doubled' | 'replaced' | 'not wanted here' | 'its node is gone' | 'outdated';

/** What the decisions about a node depend on, beside the node. */
export interface NodeRules {
  hash: string;
  /** Whether a new pod may run beside the old one. */
  surges: boolean;
  minReadySeconds: number;
  nowMs: number;
}

/** Kubernetes' delays for failed daemon pods: 1 s, doubling up to 15 minutes. */
const FAILED_BACKOFF = { initialMs: 1000, maxMs: 900_000, factor: 2, jitter: 0 };
/** A pod that has lived so long starts the row of failures anew. */
const LONG_LIFE_MS = 1_800_000;

const NOTHING: PodChanges = { create: [], remove: [], waiting: [] };

/** Decides about one node. */
export function manageNode(room: NodeRoom, rules: NodeRules): PodChanges {
  if (!room.mayStay) {
    const remove = room.pods.filter((pod) => !isDeleting(pod)).map((pod) => removal(pod, 'not wanted here'));
    return { ...NOTHING, remove };
  }
  if (room.pods.length === 0) {
    return room.shouldRun ? { ...NOTHING, create: [{ nodeName: room.name, failures: 0 }] } : NOTHING;
  }
  const ended = endedPods(room, rules);
  return { ...ended, remove: [...ended.remove, ...doubledPods(room, rules)] };
}

const removal = (pod: Pod, why: RemovalCause): PodChanges['remove'][number] => ({ pod, why });

/** Pods that have ended are removed; a failed one is replaced at once, so that its failures are not forgotten. */
function endedPods(room: NodeRoom, { nowMs }: NodeRules): PodChanges {
  const failed = room.pods.filter((pod) => !isDeleting(pod) && pod.status?.phase === 'Failed');
  const succeeded = room.pods.filter((pod) => !isDeleting(pod) && pod.status?.phase === 'Succeeded');
  const judged = failed.map((pod) => ({ pod, forMs: remainingMs(pod, nowMs) }));
  const due = judged.filter(({ forMs }) => forMs === 0).map(({ pod }) => pod);
  const isLeft = due.length > 0 && due.length + succeeded.length === room.pods.length;
  const failures = Math.max(0, ...due.map((pod) => failuresAfter(pod, nowMs)));
  return {
    create: isLeft && room.shouldRun ? [{ nodeName: room.name, failures }] : [],
    remove: [
      ...due.map((pod) => removal(pod, 'failed')),
      ...succeeded.map((pod) => removal(pod, 'succeeded')),
    ],
    waiting: judged.filter(({ forMs }) => forMs > 0),
  };
}

function failuresBefore(pod: Pod): number {
  return Number(pod.metadata.annotations?.[FAILURES] ?? 0) || 0;
}

function failuresAfter(pod: Pod, nowMs: number): number {
  return nowMs - createdAtMs(pod) > LONG_LIFE_MS ? 1 : failuresBefore(pod) + 1;
}

function remainingMs(pod: Pod, nowMs: number): number {
  const delayMs = backoffMs(FAILED_BACKOFF, failuresBefore(pod));
  return Math.max(0, createdAtMs(pod) + delayMs - nowMs);
}

/**
 * Running pods beyond the one that there should be. With a surge, one of the new version may stand beside one of an
 * old version until it is available; an old one that serves nobody is not waited for.
 */
function doubledPods({ pods }: NodeRoom, rules: NodeRules): PodChanges['remove'] {
  const running = pods.filter((pod) => !isDeleting(pod) && !isFinished(pod));
  const doubled = (kept: readonly (Pod | undefined)[]): PodChanges['remove'] =>
    running.filter((pod) => !kept.includes(pod)).map((pod) => removal(pod, 'doubled'));
  if (!rules.surges) return doubled([worthiest(running, rules)]);
  const updated = worthiest(
    running.filter((pod) => isUpdated(pod, rules.hash)),
    rules,
  );
  const outdated = worthiest(
    running.filter((pod) => !isUpdated(pod, rules.hash)),
    rules,
  );
  const others = doubled([updated, outdated]);
  if (updated === undefined || outdated === undefined) return others;
  const isReplaced = !isReady(outdated) || isAvailable(updated, rules.minReadySeconds, rules.nowMs);
  return isReplaced ? [...others, removal(outdated, 'replaced')] : others;
}

/** The pod to keep: one that serves, else one that is ready, else the first, which is the oldest. */
function worthiest(pods: readonly Pod[], { minReadySeconds, nowMs }: NodeRules): Pod | undefined {
  return pods.find((pod) => isAvailable(pod, minReadySeconds, nowMs)) ?? pods.find(isReady) ?? pods[0];
}
