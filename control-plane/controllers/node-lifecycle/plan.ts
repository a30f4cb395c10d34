// Decides what a node's silence, complaints and recovery lead to: conditions, taints, and pods that have to leave.
import { nodeKind, type Node, type NodeStatus, type Taint } from '@gantry/api/kinds/node';
import { podKind, type Pod, type PodCondition } from '@gantry/api/kinds/pod';
import { timeText } from '@gantry/kit/time-text';
import type { Action, Plan, PlanInputs } from '../../engine/controller.ts';
import { isActive, isReady } from '../pod-condition.ts';
import { withCondition } from '../status-condition.ts';
import { evictionsFor, type Eviction } from './evictions.ts';
import { healthOf, isSilent, readyStatus, unknownConditions, type Health } from './health.ts';
import { LOOK_INTERVAL_MS } from './heartbeats.ts';
import {
  CONDEMNED_AT,
  isCondemned,
  presentTaints,
  taintsFor,
  UNREACHABLE,
  type Sentence,
} from './node-taints.ts';
import type { Observed } from './observed.ts';
import { reasonsFor } from './reasons-for.ts';
import type { NodeReason } from './reasons.ts';
import { isWaiting, waitMs } from './survey.ts';

/** Pods sent away in one pass; the rest follows a second later, so that replacements do not all come at once. */
export const EVICTIONS_PER_PASS_MAX = 100;
const NEXT_EVICTIONS_MS = 1_000;
/** A turn that is due comes with the next survey. */
const NEXT_TURN_MIN_MS = 100;

/** A plan whose reasons are a node's. */
export interface NodePlan extends Plan {
  status?: NodeStatus;
  reasons: readonly NodeReason[];
}

/** Pure: the same observation and time give the same plan. */
export function plan(observed: Observed, { nowMs }: PlanInputs): NodePlan {
  const { node, pods } = observed;
  const now = timeText(nowMs);
  const health = healthOf(observed, nowMs);
  const silent = isSilent(observed, nowMs);
  const status = silent ? { ...node.status, conditions: unknownConditions(node, now) } : undefined;
  const sentence = sentenceOf(observed, health, nowMs);
  const taints = taintsFor(node, health, sentence, now);
  const evictions = evictionsFor(pods, drivingTaints(taints, health));
  const due = evictions.filter(({ dueMs }) => dueMs <= nowMs).slice(0, EVICTIONS_PER_PASS_MAX);
  const leaving = new Set(due.map(({ pod }) => pod));
  // Pods leave once the taint is stored: should that be refused, since the node has come back just now, none are gone.
  const evicted = taints === presentTaints(node) ? due : [];
  return {
    actions: [
      ...taintUpdate(node, taints, nowMs),
      ...lostEvents(node, status),
      ...(health === 'lost'
        ? pods.filter((pod) => !leaving.has(pod)).flatMap((pod) => unready(pod, now))
        : []),
      ...evicted.map(({ pod }) => evict(node, pod)),
    ],
    ...(status === undefined ? {} : { status }),
    recheckAfterMs: recheckAfterMs(observed, health, evictions, evicted.length, nowMs),
    reasons: reasonsFor(observed, { health, sentence, evictions, due: evicted.length }, nowMs),
  };
}

/**
 * An unreachable node drives pods away only while it is known to be lost: a new leader first waits out the grace
 * itself, and while no node is heard nobody leaves.
 */
function drivingTaints(taints: readonly Taint[], health: Health): readonly Taint[] {
  return health === 'lost' ? taints : taints.filter(({ key }) => key !== UNREACHABLE);
}

/** Who was condemned stays so; who is not has to wait for its turn. */
function sentenceOf({ node, zone, areAllAway }: Observed, health: Health, nowMs: number): Sentence {
  if (areAllAway) return 'let-off';
  if (isCondemned(node)) return 'condemned';
  const isDue = waitMs(zone, node.metadata.name ?? '', nowMs) === 0;
  return isDue && isWaiting({ health, isCondemned: false }) ? 'condemned' : 'waits';
}

function taintUpdate(node: Node, taints: readonly Taint[], nowMs: number): Action[] {
  if (taints === presentTaints(node)) return [];
  const { taints: _, ...spec } = node.spec;
  const next: Node = { ...node, spec: taints.length === 0 ? spec : { ...spec, taints: [...taints] } };
  return [{ type: 'update', definition: nodeKind, object: withCondemnation(node, next, nowMs) }];
}

function withCondemnation(before: Node, node: Node, nowMs: number): Node {
  if (isCondemned(before) || !isCondemned(node)) return node;
  const annotations = { ...node.metadata.annotations, [CONDEMNED_AT]: new Date(nowMs).toISOString() };
  return { ...node, metadata: { ...node.metadata, annotations } };
}

function lostEvents(node: Node, status: NodeStatus | undefined): Action[] {
  if (status === undefined || readyStatus(node) === 'Unknown') return [];
  const message = `Node ${node.metadata.name ?? ''} status is now: NodeNotReady`;
  return [{ type: 'record-event', regarding: node, severity: 'Normal', reason: 'NodeNotReady', message }];
}

/** Nobody can reach the pods of a lost node: they no longer count as ready. The node takes that back when it returns. */
function unready(pod: Pod, now: string): Action[] {
  if (!isActive(pod) || !isReady(pod)) return [];
  const { namespace = '', name = '', uid = '', resourceVersion = '' } = pod.metadata;
  const words = { reason: 'NodeNotReady', message: 'the node of the pod is not heard' };
  const ready: PodCondition = { type: 'Ready', status: 'False', ...words };
  const conditions = withCondition<PodCondition>(pod.status?.conditions, ready, now);
  return [
    {
      type: 'write-status',
      ref: { definition: podKind, namespace, name, uid },
      resourceVersion,
      status: { ...pod.status, conditions },
    },
  ];
}

function evict(node: Node, pod: Pod): Action {
  const { namespace = '', name = '', uid = '' } = pod.metadata;
  return {
    type: 'delete',
    ref: { definition: podKind, namespace, name, uid },
    reason: `node ${node.metadata.name ?? ''} drives it away`,
    event: {
      regarding: pod,
      severity: 'Normal',
      reason: 'TaintManagerEviction',
      message: `Marking for deletion Pod ${namespace}/${name}`,
    },
  };
}

/** A node that is well is looked at when its silence would be due; its heartbeats need no pass. */
function recheckAfterMs(
  observed: Observed,
  health: Health,
  evictions: readonly Eviction[],
  due: number,
  nowMs: number,
): number {
  if (due === EVICTIONS_PER_PASS_MAX) return NEXT_EVICTIONS_MS;
  const { node, zone, heardAtMs, graceMs, isLookout } = observed;
  const waiting = isWaiting({ health, isCondemned: isCondemned(node) })
    ? [nowMs + Math.max(NEXT_TURN_MIN_MS, waitMs(zone, node.metadata.name ?? '', nowMs))]
    : [];
  const times = [heardAtMs + graceMs, ...waiting, ...evictions.map(({ dueMs }) => dueMs)];
  const longestMs = health === 'ready' && !isLookout ? Infinity : LOOK_INTERVAL_MS;
  return Math.min(longestMs, ...times.filter((atMs) => atMs > nowMs).map((atMs) => atMs - nowMs));
}
