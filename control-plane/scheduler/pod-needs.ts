// What a pod asks of a node, parsed once and shared by all pods that ask the same. Two pods with equal keys are
// interchangeable for every plugin that looks only at needs.
import type { Container, Pod, PodSpec } from '@gantry/api/kinds/pod';
import type { Amounts } from './amounts.ts';
import { add, amountsOf, larger, ZERO } from './amounts.ts';

/** Kubernetes' stand-ins for pods without requests, so that scoring still spreads them. Not used to refuse. */
const CPU_MILLI_ASSUMED = 100;
const MEMORY_BYTES_ASSUMED = 200 * 1024 * 1024;

/** A port of the host; an empty address means all addresses. */
export interface HostPort {
  protocol: string;
  hostIp: string;
  port: number;
}

/** The needs that pods of one template share. */
export interface PodNeeds {
  /** Equal keys mean equal needs; labels are left out, which often differ from pod to pod. */
  readonly key: string;
  readonly namespace: string;
  /** Uid of the controlling owner; empty for none. */
  readonly ownerUid: string;
  readonly spec: PodSpec;
  readonly requests: Amounts;
  /** For scoring: requests with assumed figures where there are none. */
  readonly scoredCpuMilli: number;
  readonly scoredMemoryBytes: number;
  readonly hostPorts: readonly HostPort[];
  readonly images: readonly string[];
}

/** A pod as the scheduler sees it. */
export interface PodView {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly priority: number;
  /** Being deleted: still takes room, no longer counts for topology spread. */
  readonly terminating: boolean;
  readonly needs: PodNeeds;
  /** Needs and labels: pods with equal keys are alike to other pods' selectors, too. */
  readonly classKey: string;
}

/** Kubernetes' built-in classes, for pods whose `spec.priority` admission has not filled in. */
const BUILT_IN_PRIORITIES: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
};

/** Parsed needs are kept for reuse up to this many templates; then the oldest go. */
const NEEDS_KEPT_MAX = 4096;

/** Makes {@link PodView}s, sharing the parsed needs between pods of one template. */
export class PodViews {
  readonly #needs = new Map<string, PodNeeds>();

  of(pod: Pod): PodView {
    const needs = this.#needsOf(pod);
    const labels = pod.metadata.labels ?? {};
    const terminating = pod.metadata.deletionTimestamp !== undefined;
    return {
      uid: pod.metadata.uid ?? '',
      namespace: needs.namespace,
      name: pod.metadata.name ?? '',
      labels,
      priority: priorityOf(pod.spec),
      terminating,
      needs,
      classKey: `${needs.key}|${JSON.stringify(Object.entries(labels).sort(byName))}|${terminating ? 'ends' : ''}`,
    };
  }

  #needsOf(pod: Pod): PodNeeds {
    const key = keyOfNeeds(pod);
    const known = this.#needs.get(key);
    if (known !== undefined) return known;
    const needs = readNeeds(pod, key);
    if (this.#needs.size >= NEEDS_KEPT_MAX) {
      const oldest = this.#needs.keys().next().value;
      if (oldest !== undefined) this.#needs.delete(oldest);
    }
    this.#needs.set(key, needs);
    return needs;
  }
}

export function priorityOf(spec: PodSpec): number {
  return spec.priority ?? BUILT_IN_PRIORITIES[spec.priorityClassName ?? ''] ?? 0;
}

/** The pod's claim on a node: the larger of what all containers together and any init container alone need. */
export function requestsOf(spec: PodSpec): Amounts {
  const running = spec.containers.map(containerRequests).reduce((sum, each) => add(sum, each), ZERO);
  return (spec.initContainers ?? []).map(containerRequests).reduce(larger, running);
}

/** A limit without a request is the request, as the API server fills it in. */
function containerRequests(container: Container): Amounts {
  return amountsOf({ ...container.resources?.limits, ...container.resources?.requests });
}

function keyOfNeeds(pod: Pod): string {
  const { spec, metadata } = pod;
  return JSON.stringify([
    metadata.namespace ?? '',
    ownerUidOf(pod),
    spec.nodeName ?? '',
    spec.nodeSelector,
    spec.affinity,
    spec.tolerations,
    spec.topologySpreadConstraints,
    spec.hostNetwork ?? false,
    [...(spec.initContainers ?? []), ...spec.containers].map((container) => [
      container.image,
      container.resources?.requests,
      container.resources?.limits,
      container.ports,
    ]),
    spec.initContainers?.length ?? 0,
  ]);
}

function readNeeds(pod: Pod, key: string): PodNeeds {
  const { spec } = pod;
  const requests = requestsOf(spec);
  return {
    key,
    namespace: pod.metadata.namespace ?? '',
    ownerUid: ownerUidOf(pod),
    spec,
    requests,
    scoredCpuMilli: requests.cpuMilli === 0 ? CPU_MILLI_ASSUMED : requests.cpuMilli,
    scoredMemoryBytes: requests.memoryBytes === 0 ? MEMORY_BYTES_ASSUMED : requests.memoryBytes,
    hostPorts: hostPortsOf(spec),
    images: spec.containers.flatMap((container) => (container.image === undefined ? [] : [container.image])),
  };
}

/** With the host's network every declared port is a port of the host. */
function hostPortsOf(spec: PodSpec): HostPort[] {
  return [...(spec.initContainers ?? []), ...spec.containers]
    .flatMap((container) => container.ports ?? [])
    .map((port) => ({
      protocol: port.protocol ?? 'TCP',
      hostIp: port.hostIP === undefined || port.hostIP === '0.0.0.0' ? '' : port.hostIP,
      port: port.hostPort ?? (spec.hostNetwork === true ? port.containerPort : 0),
    }))
    .filter(({ port }) => port > 0);
}

function ownerUidOf(pod: Pod): string {
  return pod.metadata.ownerReferences?.find((owner) => owner.controller === true)?.uid ?? '';
}

function byName(a: [string, string], b: [string, string]): number {
  return a[0] < b[0] ? -1 : 1;
}
