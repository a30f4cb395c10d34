// The scheduler gives no node more than it has.
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import { bytesOf, cpuMilliOf } from '@gantry/api/quantity';
import type { Bounds } from './bounds.ts';
import { firstBroken } from './each-write.ts';
import { isFinished, nameOf, titleOf, uidOf } from './object-reading.ts';
import { RecentSums, RecentValues } from './recent-values.ts';
import type { Invariant, WriteRecord } from './world-view.ts';

type Amounts = ReadonlyMap<string, number>;
type Quantities = Readonly<Record<string, string | number>>;

/** Kubernetes' limit for a node that tells none. */
const PODS_PER_NODE_DEFAULT = 110;

/**
 * Judges each binding by the pods that were on the node then. A node that shrinks, or that users put pods on
 * themselves, may be over: that is not the scheduler's doing.
 */
export function createNodeWithinAllocatable(bounds: Pick<Bounds, 'staleMs'>): Invariant {
  const taken = new Map<string, Map<string, Amounts>>();
  const allocatable = new RecentValues(bounds.staleMs);
  const placedByUsers = new RecentSums(bounds.staleMs);

  function account({ before, after, atMs }: WriteRecord): void {
    const node = (after ?? before) as Node;
    if (node.kind === 'Node') {
      const offer = after === undefined ? new Map<string, number>() : offerOf(node);
      for (const [resource, amount] of offer) allocatable.set(`${nameOf(node)}/${resource}`, amount, atMs);
      return;
    }
    const [was, is] = [placeOf(before), placeOf(after)];
    if (was !== undefined && is === undefined) taken.get(was)?.delete(uidOf(before as Pod));
    if (is === undefined || was === is) return;
    const pods = taken.get(is) ?? new Map<string, Amounts>();
    taken.set(is, pods.set(uidOf(after as Pod), requestsOf(after as Pod)));
    if (before === undefined) placedByUsers.add(is, 1, atMs);
  }

  function brokenBy(write: WriteRecord): string | undefined {
    if ((write.after ?? write.before)?.kind !== 'Pod' && (write.after ?? write.before)?.kind !== 'Node')
      return undefined;
    account(write);
    const { before, after, atMs } = write;
    const node = placeOf(after);
    if (before === undefined || node === undefined || placeOf(before) !== undefined) return undefined;
    const pods = taken.get(node) ?? new Map<string, Amounts>();
    if (placedByUsers.sum(node, atMs) > 0) return undefined;
    for (const [resource, asked] of pods.get(uidOf(after as Pod)) ?? []) {
      const sum = [...pods.values()].reduce((total, amounts) => total + (amounts.get(resource) ?? 0), 0);
      const offered = allocatable.max(`${node}/${resource}`, atMs) ?? 0;
      if (asked > 0 && sum > offered)
        return `${titleOf(after as Pod)} was bound to ${node}, whose pods now ask for ${sum} of ${resource}, of which it has ${offered}`;
    }
    return undefined;
  }

  return {
    name: 'node-within-allocatable',
    sentence: 'No node is given pods that together ask for more than it has, or more pods than it takes.',
    check: (view) => firstBroken(view, brokenBy),
  };
}

/** The node whose room a pod takes: bound and not over. */
function placeOf(object: WriteRecord['after']): string | undefined {
  if (object?.kind !== 'Pod') return undefined;
  const pod = object as Pod;
  const node = pod.spec.nodeName ?? '';
  return node === '' || isFinished(pod) ? undefined : node;
}

function offerOf({ status }: Node): Amounts {
  const quantities = status?.allocatable ?? status?.capacity ?? {};
  return new Map([['pods', PODS_PER_NODE_DEFAULT], ...amountsOf(quantities)]);
}

function amountsOf(quantities: Quantities): [string, number][] {
  return Object.entries(quantities).map(([name, amount]) => [
    name,
    name === 'cpu' ? cpuMilliOf(amount) : bytesOf(amount),
  ]);
}

/** All containers together, or the init container that asks for most; a limit without a request is the request. */
function requestsOf({ spec }: Pod): Amounts {
  const asked = ({ resources }: Pod['spec']['containers'][number]): [string, number][] =>
    amountsOf({ ...resources?.limits, ...resources?.requests });
  const sum = new Map([['pods', 1]]);
  for (const [name, amount] of spec.containers.flatMap(asked)) sum.set(name, (sum.get(name) ?? 0) + amount);
  for (const [name, amount] of (spec.initContainers ?? []).flatMap(asked))
    sum.set(name, Math.max(sum.get(name) ?? 0, amount));
  return sum;
}
