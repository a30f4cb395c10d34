// One node as the scheduler accounts for it: what it offers, what its pods take. Kept up to date pod by pod.
import type { Node } from '@gantry/api/kinds/node';
import type { TaintLike } from '@gantry/api/tolerations';
import type { Amounts } from './amounts.ts';
import { add, amountsOf, ZERO } from './amounts.ts';
import type { PodView } from './pod-needs.ts';

/** Kubernetes' own default (kubelet --max-pods), for a node that does not tell. */
const PODS_PER_NODE_DEFAULT = 110;

export const TAINT_NOT_READY = 'node.kubernetes.io/not-ready';
export const TAINT_UNREACHABLE = 'node.kubernetes.io/unreachable';
export const TAINT_UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/** What a node object says that matters here; derived once per change of the node. */
export interface NodeOffer {
  /** What node affinity looks at. */
  readonly metadata: { readonly name: string; readonly labels: Record<string, string> };
  readonly labels: Readonly<Record<string, string>>;
  readonly allocatable: Amounts;
  readonly podsMax: number;
  readonly taints: readonly TaintLike[];
  readonly unschedulable: boolean;
  /** The taint that its condition calls for, whether or not a controller has set it yet. */
  readonly conditionTaint: TaintLike | undefined;
  readonly images: ReadonlyMap<string, number>;
}

/** A node and the sum of its pods. */
export class NodeState {
  readonly name: string;
  /** A small number that no other node has at the same time: where arrays keep what belongs to it. */
  readonly slot: number;
  /** Undefined while pods name a node that does not exist. */
  offer: NodeOffer | undefined;
  /** Grows with every change, so that an older judgement is known to be old. */
  version = 0;
  requested: Amounts = ZERO;
  scoredCpuMilli = 0;
  scoredMemoryBytes = 0;
  readonly pods = new Map<string, PodView>();
  readonly #hostPorts = new Map<string, number>();
  readonly #podsPerOwner = new Map<string, number>();

  constructor(name: string, slot: number) {
    this.name = name;
    this.slot = slot;
  }

  addPod(pod: PodView): void {
    this.pods.set(pod.uid, pod);
    this.#account(pod, 1);
  }

  removePod(uid: string): void {
    const pod = this.pods.get(uid);
    if (pod === undefined) return;
    this.pods.delete(uid);
    this.#account(pod, -1);
  }

  /** Takes a newer reading of a pod here that asks for the same. */
  renew(pod: PodView): void {
    this.pods.set(pod.uid, pod);
  }

  /** What is not given away of an offer of its. */
  free({ allocatable }: NodeOffer): Amounts {
    return add(allocatable, this.requested, -1);
  }

  /** How many pods of the same controlling owner run here. */
  podsOfOwner(ownerUid: string): number {
    return this.#podsPerOwner.get(ownerUid) ?? 0;
  }

  /** Whether a pod here holds the port on an overlapping address. */
  holdsPort(protocol: string, hostIp: string, port: number): boolean {
    if (this.#hostPorts.size === 0) return false;
    if (hostIp !== '') {
      return (
        this.#hostPorts.has(portKey(protocol, hostIp, port)) ||
        this.#hostPorts.has(portKey(protocol, '', port))
      );
    }
    const suffix = `/${protocol}/${port}`;
    return [...this.#hostPorts.keys()].some((key) => key.endsWith(suffix));
  }

  #account(pod: PodView, sign: 1 | -1): void {
    const { needs } = pod;
    this.version += 1;
    this.requested = add(this.requested, needs.requests, sign);
    this.scoredCpuMilli += sign * needs.scoredCpuMilli;
    this.scoredMemoryBytes += sign * needs.scoredMemoryBytes;
    if (needs.ownerUid !== '') count(this.#podsPerOwner, needs.ownerUid, sign);
    for (const { protocol, hostIp, port } of needs.hostPorts) {
      count(this.#hostPorts, portKey(protocol, hostIp, port), sign);
    }
  }
}

/** Reads from a node object what the plugins need. */
export function offerOf(node: Node): NodeOffer {
  const allocatable = node.status?.allocatable ?? node.status?.capacity;
  const podsMax = Number(allocatable?.['pods'] ?? PODS_PER_NODE_DEFAULT);
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  const labels = node.metadata.labels ?? {};
  return {
    metadata: { name: node.metadata.name ?? '', labels },
    labels,
    allocatable: amountsOf(allocatable),
    podsMax: Number.isFinite(podsMax) ? podsMax : PODS_PER_NODE_DEFAULT,
    taints: node.spec?.taints ?? [],
    unschedulable: node.spec?.unschedulable === true,
    conditionTaint: ready === 'True' ? undefined : taintOf(ready),
    images: imagesOf(node),
  };
}

function taintOf(ready: string | undefined): TaintLike {
  return { key: ready === 'Unknown' ? TAINT_UNREACHABLE : TAINT_NOT_READY, effect: 'NoSchedule' };
}

function imagesOf(node: Node): Map<string, number> {
  const images = new Map<string, number>();
  for (const image of node.status?.images ?? []) {
    for (const name of image.names ?? []) images.set(name, image.sizeBytes ?? 0);
  }
  return images;
}

function portKey(protocol: string, hostIp: string, port: number): string {
  return `${hostIp}/${protocol}/${port}`;
}

function count(counts: Map<string, number>, key: string, by: number): void {
  const next = (counts.get(key) ?? 0) + by;
  if (next === 0) counts.delete(key);
  else counts.set(key, next);
}
