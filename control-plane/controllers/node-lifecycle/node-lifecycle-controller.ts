// The node lifecycle controller: notices nodes that fall silent, marks them, and sends their pods away.
import { leaseKind, type Lease } from '@gantry/api/kinds/lease';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import { podKind } from '@gantry/api/kinds/pod';
import { keyOf, type AnyObject, type ObjectKey } from '@gantry/api/meta';
import type { Clock } from '@gantry/kit/clock';
import type { CacheReader } from '../../cache/cache.ts';
import type { Controller } from '../../engine/controller.ts';
import { ownTrigger } from '../../engine/triggers.ts';
import { Heartbeats } from './heartbeats.ts';
import { readyStatus } from './health.ts';
import { NodeSurvey } from './node-survey.ts';
import { graceOf, LEASE_NAMESPACE, observe, signOfLife, type Observed } from './observed.ts';
import { plan } from './plan.ts';
import { describe, type NodeReason } from './reasons.ts';
import { noZoneMetrics, type ZoneMetrics } from './zone-metrics.ts';
import { EVICTION_RATES } from './zones.ts';

/**
 * Makes the controller.
 *
 * @param clock the only one that silence is measured by.
 * @param metrics is told how the zones are.
 */
export function createNodeLifecycleController(
  clock: Clock,
  metrics: ZoneMetrics = noZoneMetrics,
): Controller<Observed> {
  const heartbeats = new Heartbeats(clock);
  const survey = new NodeSurvey({ clock, heartbeats, metrics, rates: EVICTION_RATES });
  return {
    name: 'node-lifecycle',
    definition: nodeKind,
    triggers: [
      ownTrigger(nodeKind),
      { definition: leaseKind, keys: (lease, cache) => heard(lease, cache, heartbeats) },
      { definition: podKind, keys: drivenNode },
    ],
    observe: (cache, key) => observe(cache, key, heartbeats, survey),
    plan,
    primary: ({ node }) => node,
    describe: (reason) => describe(reason as NodeReason),
  };
}

/**
 * A heartbeat is noted at once; it calls for a pass only when the node was thought to be lost, or promises to be heard
 * more or less often than before.
 */
function heard(lease: AnyObject, cache: CacheReader, heartbeats: Heartbeats): ObjectKey[] {
  const { namespace, name = '' } = lease.metadata;
  if (namespace !== LEASE_NAMESPACE) return [];
  const key = { namespace: '', name };
  const node = cache.get<Node>(nodeKind, key);
  const present = cache.get<Lease>(leaseKind, { namespace: LEASE_NAMESPACE, name });
  if (node === undefined) return [];
  const graceMs = graceOf(present);
  const isAsBefore = heartbeats.of(name)?.graceMs === graceMs;
  heartbeats.look(name, signOfLife(node, present), graceMs);
  return readyStatus(node) === 'True' && isAsBefore ? [] : [key];
}

/** A pod on a node that drives pods away may have to leave, too. */
function drivenNode(pod: AnyObject, cache: CacheReader): ObjectKey[] {
  const name = (pod['spec'] as { nodeName?: string } | undefined)?.nodeName ?? '';
  if (name === '') return [];
  const node = cache.get<Node>(nodeKind, { namespace: '', name });
  const drives = node?.spec.taints?.some(({ effect }) => effect === 'NoExecute') ?? false;
  return node !== undefined && drives ? [keyOf(node)] : [];
}
