// Deployments, DaemonSets and ReplicaSets as rows of one list: how many pods are wanted, new, and available. Pure.
import type { DaemonSet } from '@gantry/api/kinds/daemon-set';
import type { Deployment } from '@gantry/api/kinds/deployment';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import { controllerOf } from '@gantry/api/owner-references';
import type { Tone } from '../../parts/badge.tsx';

/** A workload of any of the kinds. */
export type Workload = Deployment | DaemonSet | ReplicaSet;

/** Words of their views. */
export type WorkloadWord = 'deployments' | 'daemonsets' | 'replicasets';

/** Pods by how far they are. */
export interface PodCounts {
  desired: number;
  /** Of the present template; undefined for ReplicaSets, which have one only. */
  updated: number | undefined;
  ready: number;
  available: number;
}

/** One row. */
export interface WorkloadRow {
  word: WorkloadWord;
  kind: string;
  key: string;
  namespace: string;
  name: string;
  counts: PodCounts;
  standing: Standing;
  images: string;
  created: string | undefined;
  /** Kept for undo only: a ReplicaSet without pods. */
  isOld: boolean;
  /** Whether another object of this list manages it. */
  isManaged: boolean;
}

/** How it stands, in a word. */
export interface Standing {
  word: string;
  tone: Tone;
}

/** Rows of all three kinds. */
export function workloadRows(lists: {
  deployments: readonly Deployment[];
  daemonSets: readonly DaemonSet[];
  replicaSets: readonly ReplicaSet[];
}): WorkloadRow[] {
  return [
    ...lists.deployments.map((item) =>
      row('deployments', 'Deployment', item, deploymentCounts(item), deploymentStanding(item)),
    ),
    ...lists.daemonSets.map((item) =>
      row(
        'daemonsets',
        'DaemonSet',
        item,
        daemonSetCounts(item),
        standingBy(daemonSetCounts(item), isSeen(item)),
      ),
    ),
    ...lists.replicaSets.map((item) =>
      row(
        'replicasets',
        'ReplicaSet',
        item,
        replicaSetCounts(item),
        standingBy(replicaSetCounts(item), isSeen(item)),
      ),
    ),
  ];
}

function row(
  word: WorkloadWord,
  kind: string,
  { metadata, spec }: Workload,
  counts: PodCounts,
  standing: Standing,
): WorkloadRow {
  const { uid = '', namespace = '', name = '', creationTimestamp } = metadata;
  return {
    ...{ word, kind, key: uid, namespace, name, counts },
    standing: metadata.deletionTimestamp === undefined ? standing : { word: 'Terminating', tone: 'busy' },
    images: (spec.template?.spec.containers ?? []).map(({ image }) => image).join(', '),
    created: creationTimestamp ?? undefined,
    isOld: kind === 'ReplicaSet' && counts.desired === 0,
    isManaged: controllerOf({ metadata }) !== undefined,
  };
}

/** Of a Deployment. */
export function deploymentCounts({ spec, status }: Deployment): PodCounts {
  return {
    desired: spec.replicas ?? 1,
    updated: status?.updatedReplicas ?? 0,
    ready: status?.readyReplicas ?? 0,
    available: status?.availableReplicas ?? 0,
  };
}

/** Of a DaemonSet: one a node. */
export function daemonSetCounts({ status }: DaemonSet): PodCounts {
  return {
    desired: status?.desiredNumberScheduled ?? 0,
    updated: status?.updatedNumberScheduled ?? 0,
    ready: status?.numberReady ?? 0,
    available: status?.numberAvailable ?? 0,
  };
}

/** Of a ReplicaSet. */
export function replicaSetCounts({ spec, status }: ReplicaSet): PodCounts {
  return {
    desired: spec.replicas ?? 1,
    updated: undefined,
    ready: status?.readyReplicas ?? 0,
    available: status?.availableReplicas ?? 0,
  };
}

/** How a Deployment stands: its conditions go first, since they know why. */
export function deploymentStanding(deployment: Deployment): Standing {
  const { spec, status } = deployment;
  const holds = (type: string, wanted: string): boolean =>
    (status?.conditions ?? []).some((condition) => condition.type === type && condition.status === wanted);
  if (holds('ReplicaFailure', 'True')) return { word: 'Failing', tone: 'bad' };
  if (holds('Progressing', 'False')) return { word: 'Stuck', tone: 'bad' };
  if (spec.paused === true) return { word: 'Paused', tone: 'warn' };
  return standingBy(deploymentCounts(deployment), isSeen(deployment));
}

/** How any of them stands, by its numbers. @param seen whether its controller has seen its present spec. */
export function standingBy({ desired, updated, available }: PodCounts, seen: boolean): Standing {
  if (!seen || (updated ?? desired) < desired) return { word: 'Updating', tone: 'busy' };
  if (available >= desired)
    return desired === 0 ? { word: 'No pods', tone: 'quiet' } : { word: 'Available', tone: 'good' };
  return available === 0 ? { word: 'Unavailable', tone: 'bad' } : { word: 'Degraded', tone: 'warn' };
}

/** Whether the controller has seen the present spec. */
export function isSeen({ metadata, status }: Workload): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}
