// A version that some proxy still sends requests to keeps pods.
import { leaseKind, SPLIT_REVISION_ANNOTATION } from '@gantry/api/kinds/lease';
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { Bounds } from '../bounds.ts';
import { firstBroken } from '../each-write.ts';
import { isDeleting, kindOf, nameOf, ownerUidOf, titleOf, uidOf } from '../object-reading.ts';
import { ObjectsSoFar } from '../objects-so-far.ts';
import type { Invariant, NodeView, WorldView, WriteRecord } from '../world-view.ts';
import { rolloutOf, servicesOf } from './rollout-reading.ts';

/**
 * Nodes that have only just become ready are excepted: they are not waited for. So are hosts that were off, for longer: their
 * proxies go by what was on their disks until a control plane is reached, and what they told before still counts.
 */
export function createRoutedVersionKeepsPods(bounds: Pick<Bounds, 'staleMs' | 'frozenMs'>): Invariant {
  const objects = new ObjectsSoFar(['Rollout', 'Experiment', 'ReplicaSet', 'Pod']);
  /** Since when nodes are up and ready. */
  const thereSinceMs = new Map<string, number>();
  /** Hosts that were there, and then off. */
  const wereOff = new Set<string>();
  let seen: WorldView['nodes'] | undefined;

  function lookAtNodes(view: WorldView): void {
    const { nodes, nowMs } = view;
    if (nodes === seen && !view.writes.some((write) => kindOf(write) === 'Node')) return;
    seen = nodes;
    const ready = new Set<string>();
    for (const node of view.objects('Node').values()) if (isReady(node as Node)) ready.add(nameOf(node));
    for (const [name, { up }] of nodes) {
      if (!up) wereOff.add(name);
      if (!up || !ready.has(name)) thereSinceMs.delete(name);
      else if (!thereSinceMs.has(name)) thereSinceMs.set(name, nowMs);
    }
  }

  function brokenBy(view: WorldView, write: WriteRecord): string | undefined {
    const { before, after } = write;
    objects.apply(write);
    if (before?.kind !== 'ReplicaSet' || after === undefined || isDeleting(after)) return undefined;
    const [was, is] = [sizeOf(before as ReplicaSet), sizeOf(after as ReplicaSet)];
    const rollout = rolloutOf(after, objects);
    if (was === 0 || is > 0 || rollout === undefined || rollout.spec.replicas === 0) return undefined;
    for (const [name, node] of view.nodes) {
      const graceMs = bounds.staleMs + (wereOff.has(name) ? bounds.frozenMs : 0);
      if (view.nowMs - (thereSinceMs.get(name) ?? Infinity) <= graceMs || !hasToldOfSplits(view, name))
        continue;
      const reached = [...reachedBy(node, rollout)].map((uid) => objects.byUid(uid) as Pod | undefined);
      if (reached.some((pod) => pod !== undefined && ownerUidOf(pod) === uidOf(after)))
        return `${titleOf(after)} is scaled to 0, and ${name} still sends requests there`;
    }
    return undefined;
  }

  return {
    name: 'routed-version-keeps-pods',
    sentence: 'No version is scaled to nothing that the proxy of a live node still sends requests to.',
    check(view) {
      lookAtNodes(view);
      return firstBroken(view, (write) => brokenBy(view, write));
    },
  };
}

function sizeOf({ spec }: ReplicaSet): number {
  return spec.replicas ?? 1;
}

/** Uids of the pods that requests for the Rollout's main Service go to. */
function reachedBy({ splits, byService }: NodeView, rollout: Rollout): Set<string> {
  const { namespace = '' } = rollout.metadata;
  const { main } = servicesOf(rollout);
  if (main === undefined) return new Set();
  const split = splits.find(
    ({ metadata, spec }) => metadata.namespace === namespace && spec.service === main,
  );
  const services = split?.spec.rules.flatMap(({ backends }) =>
    backends.filter(({ weight }) => weight > 0).map(({ service }) => service),
  ) ?? [main];
  return new Set(services.flatMap((service) => [...(byService.get(`${namespace}/${service}`) ?? [])]));
}

/** An object stays the same until it is written. */
const readiness = new WeakMap<Node, boolean>();

function isReady(node: Node): boolean {
  let isReadyNow = readiness.get(node);
  if (isReadyNow === undefined) {
    const conditions = node.status?.conditions ?? [];
    isReadyNow = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
    readiness.set(node, isReadyNow);
  }
  return isReadyNow;
}

function hasToldOfSplits(view: WorldView, node: string): boolean {
  const lease = [...view.objects(leaseKind.kind).values()].find(({ metadata }) => metadata.name === node);
  return lease?.metadata.annotations?.[SPLIT_REVISION_ANNOTATION] !== undefined;
}
