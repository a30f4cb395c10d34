// Pod: containers that run together on one node.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { described, optional, struct } from '../schema.ts';
import { objectFields } from './object-fields.ts';
import { PodSpec } from './pod/pod-spec.ts';
import { PodStatus } from './pod/status.ts';

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
  columns: [],
  selectableFields: {},
});
