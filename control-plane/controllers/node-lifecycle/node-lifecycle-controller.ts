// The node lifecycle controller: notices nodes that fall silent, marks them, and sends their pods away.
import { leaseKind } from '@gantry/api/kinds/lease';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import { podKind } from '@gantry/api/kinds/pod';
import { keyOf, type AnyObject, type ObjectKey } from '@gantry/api/meta';
import type { Clock } from '@gantry/kit/clock';
import type { CacheReader } from '../../cache/cache.ts';
import type { Controller } from '../../engine/controller.ts';
import { ownTrigger } from '../../engine/triggers.ts';
import { Heartbeats } from './heartbeats.ts';
import { readyStatus } from './health.ts';
import { LEASE_NAMESPACE, observe, signOfLife, type Observed } from './observed.ts';
import { plan } from './plan.ts';
import { describe, type NodeReason } from './reasons.ts';

/** Makes the controller; `clock` is the only one that silence is measured by. */
export function createNodeLifecycleController(clock: Clock): Controller<Observed> {
  const heartbeats = new Heartbeats(clock);
  return {
    name: 'node-lifecycle',
    definition: nodeKind,
    triggers: [
      ownTrigger(nodeKind),
      { definition: leaseKind, keys: (lease, cache) => heard(lease, cache, heartbeats) },
      { definition: podKind, keys: drivenNode },
    ],
    observe: (cache, key) => observe(cache, key, heartbeats),
    plan,
    primary: ({ node }) => node,
    describe: (reason) => describe(reason as NodeReason),
  };
}

/** A heartbeat is noted at once; it calls for a pass only when the node was thought to be lost. */
function heard(lease: AnyObject, cache: CacheReader, heartbeats: Heartbeats): ObjectKey[] {
  const { namespace, name = '' } = lease.metadata;
  if (namespace !== LEASE_NAMESPACE) return [];
  const key = { namespace: '', name };
  const node = cache.get<Node>(nodeKind, key);
  const present = cache.get(leaseKind, { namespace: LEASE_NAMESPACE, name });
  if (node === undefined) return [];
  heartbeats.look(name, signOfLife(node, present));
  return readyStatus(node) === 'True' ? [] : [key];
}

/** A pod on a node that drives pods away may have to leave, too. */
function drivenNode(pod: AnyObject, cache: CacheReader): ObjectKey[] {
  const name = (pod['spec'] as { nodeName?: string } | undefined)?.nodeName ?? '';
  if (name === '') return [];
  const node = cache.get<Node>(nodeKind, { namespace: '', name });
  const drives = node?.spec.taints?.some(({ effect }) => effect === 'NoExecute') ?? false;
  return node !== undefined && drives ? [keyOf(node)] : [];
}
