// What a pass over a node looks at.
import { leaseKind, type Lease } from '@gantry/api/kinds/lease';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { ObjectKey } from '@gantry/api/meta';
import type { CacheReader } from '../../cache/cache.ts';
import { NODE_INDEX } from '../../cache/indexes.ts';
import type { Heard } from './health.ts';
import type { Heartbeats } from './heartbeats.ts';
import type { NodeSurvey } from './node-survey.ts';
import type { Zone } from './survey.ts';

/** Where nodes keep their Leases. */
export const LEASE_NAMESPACE = 'kube-node-lease';
/** For a node whose Lease does not say: Kubernetes' figure, since nobody knows how often it means to beat. */
export const GRACE_DEFAULT_MS = 40_000;
/** A Lease may not buy more than this. */
const GRACE_MAX_MS = 300_000;

/** A node, its pods, when it was heard, and how its zone is. */
export interface Observed extends Heard {
  pods: readonly Pod[];
  zone: Zone;
  /** No node of the cluster is ready. */
  areAllAway: boolean;
  /** The node that is looked at often, so that it is noticed when nobody looks. */
  isLookout: boolean;
}

export function observe(
  cache: CacheReader,
  key: ObjectKey,
  heartbeats: Heartbeats,
  survey: NodeSurvey,
): Observed | undefined {
  const node = cache.get(nodeKind, key);
  if (node === undefined) return undefined;
  const lease = cache.get(leaseKind, { namespace: LEASE_NAMESPACE, name: key.name });
  const graceMs = graceOf(lease);
  const heard: Heard = {
    ...{ node, graceMs, heardAtMs: heartbeats.look(key.name, signOfLife(node, lease), graceMs) },
    anyHeardAtMs: heartbeats.anyAtMs,
  };
  return {
    ...{ ...heard, ...survey.around(cache, heard), isLookout: heartbeats.isLookout(key.name) },
    pods: cache.byIndex(podKind, NODE_INDEX, key.name),
  };
}

/** Changes whenever the agent writes its Lease or its status; what the control plane writes does not change it. */
export function signOfLife(node: Node, lease: Lease | undefined): string {
  const reports = (node.status?.conditions ?? []).map(({ lastHeartbeatTime }) => lastHeartbeatTime ?? '');
  return `${lease?.spec.renewTime ?? ''} ${[...reports].sort().at(-1) ?? ''} ${node.metadata.uid ?? ''}`;
}

/** As the agent has promised, within bounds. */
export function graceOf(lease: Lease | undefined): number {
  const seconds = lease?.spec.leaseDurationSeconds;
  return seconds === undefined ? GRACE_DEFAULT_MS : Math.min(GRACE_MAX_MS, seconds * 1000);
}
