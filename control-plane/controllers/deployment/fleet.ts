// A Deployment's ReplicaSets as figures: which is the current version's, how big each is, what each can serve.
import isEqual from 'fast-deep-equal';
import type { Deployment } from '@gantry/api/kinds/deployment';
import type { Pod, PodTemplateSpec } from '@gantry/api/kinds/pod';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import { byAge, isActive, isAvailable, isDeleting, isFinished, isReady } from '../pod-condition.ts';
import { rolloutLimits, type RolloutLimits } from './rollout-limits.ts';

/** Label by which the pods of each version are told apart. */
export const HASH_LABEL = 'pod-template-hash';

/** One ReplicaSet of the fleet. */
export interface Member {
  replicaSet: ReplicaSet;
  name: string;
  /** Pods that it is told to have. */
  size: number;
  /** Pods that it has: neither finished nor stopping. */
  active: number;
  ready: number;
  /** Available pods that remain after it has come down to its size; it gives up unready ones first. */
  available: number;
  /** Pods on their way out. */
  terminating: number;
  /** Pods with processes, those on their way out included. */
  unfinished: number;
}

/** All ReplicaSets of a Deployment. */
export interface Fleet {
  /** Pods that the Deployment is to have. */
  replicas: number;
  limits: RolloutLimits;
  /** The ReplicaSet of the current template, if there is one. */
  current?: Member;
  /** All others, oldest first. */
  old: readonly Member[];
  /** Current and old. */
  all: readonly Member[];
}

/** Sorts the Deployment's ReplicaSets by version and counts their pods. */
export function fleetOf(
  deployment: Deployment,
  replicaSets: readonly ReplicaSet[],
  podsOf: ReadonlyMap<string, readonly Pod[]>,
  nowMs: number,
): Fleet {
  const members = replicaSets
    .toSorted(byAge)
    .map((replicaSet) => memberOf(replicaSet, podsOf.get(replicaSet.metadata.uid ?? '') ?? [], nowMs));
  const current = members.find((member) =>
    isSameTemplate(member.replicaSet.spec.template, deployment.spec.template),
  );
  return {
    replicas: deployment.spec.replicas ?? 1,
    limits: rolloutLimits(deployment),
    ...(current === undefined ? {} : { current }),
    old: members.filter((member) => member !== current),
    all: members,
  };
}

/** Counts the pods of one ReplicaSet. */
export function memberOf(replicaSet: ReplicaSet, pods: readonly Pod[], nowMs: number): Member {
  const { replicas: size = 1, minReadySeconds = 0 } = replicaSet.spec;
  const active = pods.filter(isActive);
  const available = active.filter((pod) => isAvailable(pod, minReadySeconds, nowMs)).length;
  return {
    replicaSet,
    name: replicaSet.metadata.name ?? '',
    size,
    active: active.length,
    ready: active.filter(isReady).length,
    available: Math.min(size, available),
    terminating: pods.filter((pod) => isDeleting(pod) && !isFinished(pod)).length,
    unfinished: pods.filter((pod) => !isFinished(pod)).length,
  };
}

/** Whether two templates make the same pods; the label that tells versions apart does not count. */
export function isSameTemplate(a: PodTemplateSpec, b: PodTemplateSpec, label = HASH_LABEL): boolean {
  return isEqual(withoutHash(a, label), withoutHash(b, label));
}

function withoutHash(template: PodTemplateSpec, label: string): unknown {
  const { labels = {}, ...metadata } = template.metadata ?? {};
  const { [label]: _, ...others } = labels;
  return { ...template, metadata: { ...metadata, labels: others } };
}

/** Pods that take up room; those still there beyond their ReplicaSet's size do too. */
export function presentPods({ all }: Fleet): number {
  return sum(all, (member) => Math.max(member.size, member.active));
}

/** Adds up one figure. */
export function sum(members: readonly Member[], figure: (member: Member) => number): number {
  return members.reduce((total, member) => total + figure(member), 0);
}
