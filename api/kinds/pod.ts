// Pod: containers that run together on one node.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { described, optional, struct } from '../schema.ts';
import { metadataIssues } from './check-metadata.ts';
import { objectFields } from './object-fields.ts';
import { podSpecIssues } from './pod/check-pod-spec.ts';
import { podUpdateIssues } from './pod/check-pod-update.ts';
import { podColumns } from './pod/pod-columns.ts';
import { applyPodDefaults } from './pod/pod-defaults.ts';
import { PodSpec } from './pod/pod-spec.ts';
import { qosClassOf } from './pod/qos-class.ts';
import { PodStatus, type PodCondition } from './pod/status.ts';

export type {
  Affinity,
  NodeAffinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
} from './pod/affinity.ts';
export type { PodAffinityTerm, Toleration, TopologySpreadConstraint } from './pod/affinity.ts';
export type { Container, ContainerPort, ResourceRequirements, VolumeMount } from './pod/container.ts';
export type {
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  ObjectFieldSelector,
  ResourceFieldSelector,
} from './pod/env.ts';
export type { HostAlias, PodSpec, PodTemplateSpec } from './pod/pod-spec.ts';
export type { HTTPGetAction, Lifecycle, LifecycleHandler, Probe, TCPSocketAction } from './pod/probe.ts';
export type { Capabilities, PodSecurityContext, SecurityContext } from './pod/security.ts';
export type {
  ContainerState,
  ContainerStateTerminated,
  ContainerStatus,
  PodCondition,
  PodStatus,
} from './pod/status.ts';
export type { DownwardAPIVolumeFile, KeyToPath, Volume, VolumeProjection } from './pod/volume.ts';

const DESCRIPTION = 'Containers that run together on one node and share network and volumes.';

export const Pod = struct('io.k8s.api.core.v1.Pod', DESCRIPTION, {
  ...objectFields,
  spec: described('What the pod is to be.', PodSpec),
  status: optional(described('What is observed of it.', PodStatus)),
});
export type Pod = Static<typeof Pod>;

export const podKind = defineKind<Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  resource: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  schema: Pod,
  description: DESCRIPTION,
  subresources: { status: true },
  hasGeneration: true,
  applyDefaults: (pod) => applyPodDefaults(pod.spec),
  check: (pod) => [...metadataIssues(pod.metadata), ...podSpecIssues(pod.spec, 'spec')],
  checkUpdate: (pod, old) => podUpdateIssues(pod.spec, old.spec),
  initialStatus: (pod) => {
    pod.status = { phase: 'Pending', qosClass: qosClassOf(pod.spec) };
    if (isGated(pod)) pod.status.conditions = [gatedCondition(pod.metadata.creationTimestamp)];
  },
  columns: podColumns,
  indexedFields: ['spec.nodeName'],
  selectableFields: {
    'spec.nodeName': (pod) => pod.spec.nodeName ?? '',
    'spec.restartPolicy': (pod) => pod.spec.restartPolicy ?? '',
    'spec.schedulerName': (pod) => pod.spec.schedulerName ?? '',
    'spec.serviceAccountName': (pod) => pod.spec.serviceAccountName ?? '',
    'spec.hostNetwork': (pod) => String(pod.spec.hostNetwork ?? false),
    'status.phase': (pod) => pod.status?.phase ?? '',
    'status.podIP': (pod) => pod.status?.podIP ?? '',
    'status.nominatedNodeName': (pod) => pod.status?.nominatedNodeName ?? '',
  },
  gracePeriodSeconds: (pod) => (hasNothingToEnd(pod) ? 0 : (pod.spec.terminationGracePeriodSeconds ?? 30)),
});

/** Whether the pod must not be scheduled yet. */
export function isGated({ spec }: Pod): boolean {
  return (spec.schedulingGates ?? []).length > 0;
}

/** In Kubernetes' words. */
function gatedCondition(now: string | undefined): PodCondition {
  return {
    type: 'PodScheduled',
    status: 'False',
    reason: 'SchedulingGated',
    message: 'Scheduling is blocked due to non-empty scheduling gates',
    ...(now === undefined ? {} : { lastTransitionTime: now }),
  };
}

/** A pod that no node has taken on, or that has ended, goes at once. */
function hasNothingToEnd(pod: Pod): boolean {
  const phase = pod.status?.phase;
  return (pod.spec.nodeName ?? '') === '' || phase === 'Succeeded' || phase === 'Failed';
}
