// What a pod asks of a node, parsed once and shared by all pods that ask the same. Two pods with equal keys are
// interchangeable for every plugin that looks only at needs.
import type { Container, Pod, PodSpec } from '@gantry/api/kinds/pod';
import { SYSTEM_PRIORITY_CLASSES } from '@gantry/api/kinds/priority-class';
import type { PodTerms } from './affinity-terms.ts';
import { readTerms } from './affinity-terms.ts';
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
  /** As short as a key can be. Equal ids mean equal needs; the reverse holds as long as they are remembered. */
  readonly id: number;
  readonly namespace: string;
  /** Uid of the controlling owner; empty for none. */
  readonly ownerUid: string;
  readonly spec: PodSpec;
  readonly requests: Amounts;
  /** For scoring: requests with assumed figures where there are none. */
  readonly scoredCpuMilli: number;
  readonly scoredMemoryBytes: number;
  readonly hostPorts: readonly HostPort[];
  /** Names with tag or digest. */
  readonly images: readonly string[];
  /** What it wants of other pods. */
  readonly terms: PodTerms;
}

/** A pod as the scheduler sees it. */
export interface PodView {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly priority: number;
  /** Whether others of lower priority may have to leave for it. */
  readonly preempts: boolean;
  readonly createdMs: number;
  /** Being deleted: still takes room, no longer counts for topology spread. */
  readonly terminating: boolean;
  readonly needs: PodNeeds;
  /** Needs and labels: pods with equal keys are alike to other pods' selectors, too. */
  readonly classKey: string;
  /** As short as a key can be; like {@link PodNeeds.id}. */
  readonly classId: number;
  /** Of the object that this was read from; 0 when it had none. */
  readonly generation: number;
}

/** Parsed needs are kept for reuse up to this many templates, and as many kinds of pods of each; then the oldest go. */
const KEPT_MAX = 4096;

/** Needs, and the kinds of pods that have them, by their labels. */
interface Template {
  needs: PodNeeds;
  classes: Map<string, { key: string; id: number }>;
}

/** Makes {@link PodView}s, sharing the parsed needs between pods of one template. */
export class PodViews {
  readonly #templates = new Map<string, Template>();
  #nextId = 1;

  of(pod: Pod): PodView {
    const template = this.#templateOf(pod);
    const { needs } = template;
    const labels = pod.metadata.labels ?? NO_LABELS;
    const terminating = pod.metadata.deletionTimestamp !== undefined;
    const { key: classKey, id: classId } = this.#classOf(template, labels, terminating);
    return {
      uid: pod.metadata.uid ?? '',
      namespace: needs.namespace,
      name: pod.metadata.name ?? '',
      ...{ labels, priority: priorityOf(pod.spec), terminating, needs, classKey, classId },
      preempts: pod.spec.preemptionPolicy !== 'Never',
      createdMs: Date.parse(pod.metadata.creationTimestamp ?? '') || 0,
      generation: pod.metadata.generation ?? 0,
    };
  }

  #classOf({ needs, classes }: Template, labels: PodView['labels'], terminating: boolean) {
    const text = `${JSON.stringify(Object.entries(labels).sort(byName))}|${terminating ? 'ends' : ''}`;
    const known = classes.get(text);
    if (known !== undefined) return known;
    const made = { key: `${needs.key}|${text}`, id: this.#nextId++ };
    if (classes.size >= KEPT_MAX) dropOldest(classes);
    classes.set(text, made);
    return made;
  }

  #templateOf(pod: Pod): Template {
    const key = keyOfNeeds(pod);
    const known = this.#templates.get(key);
    if (known !== undefined) return known;
    const template = { needs: readNeeds(pod, key, this.#nextId++), classes: new Map() };
    if (this.#templates.size >= KEPT_MAX) dropOldest(this.#templates);
    this.#templates.set(key, template);
    return template;
  }
}

const NO_LABELS: PodView['labels'] = Object.freeze({});

function dropOldest(map: Map<string, unknown>): void {
  const oldest = map.keys().next().value;
  if (oldest !== undefined) map.delete(oldest);
}

/**
 * Whether what the scheduler looks at is as it was: a pod's spec changes only with its generation.
 *
 * @param generation what it is expected to be.
 */
export function isStillSo(view: PodView, pod: Pod, generation: number): boolean {
  const { metadata } = pod;
  return (
    generation > 0 &&
    metadata.generation === generation &&
    view.terminating === (metadata.deletionTimestamp !== undefined) &&
    view.needs.ownerUid === ownerUidOf(pod) &&
    isSameLabels(view.labels, metadata.labels ?? NO_LABELS)
  );
}

function isSameLabels(a: PodView['labels'], b: PodView['labels']): boolean {
  if (a === b) return true;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** Admission fills it in; pods from before that, or past it, have at least what their name says. */
function priorityOf({ priority, priorityClassName = '' }: PodSpec): number {
  return priority ?? SYSTEM_PRIORITY_CLASSES[priorityClassName] ?? 0;
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

function readNeeds(pod: Pod, key: string, id: number): PodNeeds {
  const { spec } = pod;
  const namespace = pod.metadata.namespace ?? '';
  const requests = requestsOf(spec);
  return {
    ...{ key, id, namespace },
    ownerUid: ownerUidOf(pod),
    spec,
    requests,
    scoredCpuMilli: requests.cpuMilli === 0 ? CPU_MILLI_ASSUMED : requests.cpuMilli,
    scoredMemoryBytes: requests.memoryBytes === 0 ? MEMORY_BYTES_ASSUMED : requests.memoryBytes,
    hostPorts: hostPortsOf(spec),
    images: spec.containers.flatMap(({ image }) => (image === undefined ? [] : [wholeName(image)])),
    terms: readTerms(spec, namespace),
  };
}

/** An image's name without tag or digest means `latest`. */
function wholeName(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;
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
