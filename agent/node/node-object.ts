// The Node object that the agent keeps up to date. Pure.
import { formatBytes, formatCpu } from '@gantry/api/quantity';
import type { Node } from '@gantry/api/kinds/node';
import type { MachineFacts, MachineLoad } from '../machine/machine.ts';
import type { ImageState, RuntimeInfo } from '../runtime/runtime.ts';
import type { NodeCondition } from './node-conditions.ts';

/** The machine, and the engine on it. */
export type HostFacts = Omit<MachineFacts, 'system'> & { runtime: RuntimeInfo };

export interface NodeOptions {
  name: string;
  /** Beside the labels that the node gives itself. */
  labels: Readonly<Record<string, string>>;
  /** Kept back for the system and the agent. */
  reserved: { cpuMilli: number; memoryBytes: number };
  podsMax: number;
  agentVersion: string;
}

export type NodeStatus = NonNullable<Node['status']>;

/** Kubernetes reports as many, the largest first. */
const IMAGES_MAX = 50;
const IMAGE_NAMES_MAX = 5;

/** Labels that say what the node is. */
export function nodeLabels(options: NodeOptions, facts: HostFacts): Record<string, string> {
  return {
    'kubernetes.io/hostname': options.name,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': facts.runtime.architecture,
    ...options.labels,
  };
}

/** What is there for pods. */
export function allocatableOf(
  options: NodeOptions,
  facts: HostFacts,
): { cpuMilli: number; memoryBytes: number } {
  const { cpuMilli, memoryBytes } = facts.runtime;
  return {
    cpuMilli: Math.max(0, cpuMilli - options.reserved.cpuMilli),
    memoryBytes: Math.max(0, memoryBytes - options.reserved.memoryBytes),
  };
}

export function nodeStatus(
  options: NodeOptions,
  facts: HostFacts,
  observed: { load: MachineLoad; images: readonly ImageState[]; conditions: NodeCondition[] },
): NodeStatus {
  const allocatable = allocatableOf(options, facts);
  const common = {
    pods: String(options.podsMax),
    ...(observed.load.diskTotalBytes === undefined
      ? {}
      : { 'ephemeral-storage': formatBytes(observed.load.diskTotalBytes) }),
  };
  return {
    capacity: {
      cpu: formatCpu(facts.runtime.cpuMilli),
      memory: formatBytes(facts.runtime.memoryBytes),
      ...common,
    },
    allocatable: {
      cpu: formatCpu(allocatable.cpuMilli),
      memory: formatBytes(allocatable.memoryBytes),
      ...common,
    },
    conditions: observed.conditions,
    addresses: [
      { type: 'InternalIP', address: facts.address },
      { type: 'Hostname', address: options.name },
    ],
    nodeInfo: nodeInfo(options, facts),
    images: imagesOf(observed.images),
  };
}

function nodeInfo(options: NodeOptions, { machineId, systemUuid, bootId, runtime }: HostFacts) {
  return {
    machineID: machineId,
    systemUUID: systemUuid,
    bootID: bootId,
    kernelVersion: runtime.kernelVersion,
    osImage: runtime.osImage,
    containerRuntimeVersion: `${runtime.name}://${runtime.version}`,
    kubeletVersion: options.agentVersion,
    kubeProxyVersion: options.agentVersion,
    operatingSystem: 'linux',
    architecture: runtime.architecture,
  };
}

function imagesOf(images: readonly ImageState[]): NonNullable<NodeStatus['images']> {
  return images
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes || (a.id < b.id ? -1 : 1))
    .slice(0, IMAGES_MAX)
    .map(({ id, names, sizeBytes }) => ({
      names: names.length === 0 ? [id] : names.slice(0, IMAGE_NAMES_MAX),
      sizeBytes,
    }));
}
