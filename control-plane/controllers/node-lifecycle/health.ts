// How a node is, by what it says and by whether it is heard. Pure.
import type { Node, NodeCondition } from '@gantry/api/kinds/node';
import { withCondition } from '../status-condition.ts';

/**
 * `ready`, `not-ready`: as the node itself says. `lost`: not heard for its grace while others are. `unheard`: not
 * heard, but neither is any other node. `returning`: heard again, its status still says that nobody knows.
 * `starting`: has said nothing yet.
 */
export type Health = 'ready' | 'not-ready' | 'lost' | 'unheard' | 'returning' | 'starting';

/** What is known of a node and its silence. Times are on the control plane's clock. */
export interface Heard {
  node: Node;
  heardAtMs: number;
  /** When any node was last heard. */
  anyHeardAtMs: number;
  /** Silence for longer than this means that the node is lost. */
  graceMs: number;
}

/** Conditions that nobody can vouch for once the node is silent. */
const REPORTED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/**
 * The safety rule against mass eviction: when every node falls silent at once, the likeliest reason is that the
 * control plane itself was away or is cut off. Then nothing is evicted, since all would have nowhere to go.
 */
export function allAreSilent({ anyHeardAtMs, graceMs }: Heard, nowMs: number): boolean {
  return nowMs - anyHeardAtMs >= graceMs;
}

export function isSilent({ heardAtMs, graceMs }: Heard, nowMs: number): boolean {
  return nowMs - heardAtMs >= graceMs;
}

export function healthOf(observed: Heard, nowMs: number): Health {
  if (isSilent(observed, nowMs)) return allAreSilent(observed, nowMs) ? 'unheard' : 'lost';
  switch (readyStatus(observed.node)) {
    case 'True':
      return 'ready';
    case 'False':
      return 'not-ready';
    case 'Unknown':
      return 'returning';
    case undefined:
      return 'starting';
  }
}

export function readyStatus({ status }: Node): 'True' | 'False' | 'Unknown' | undefined {
  return status?.conditions?.find(({ type }) => type === 'Ready')?.status;
}

/** The conditions of a silent node: nobody knows. */
export function unknownConditions({ status }: Node, now: string): NodeCondition[] {
  const present = status?.conditions ?? [];
  const never = present.length === 0;
  const reason = never ? 'NodeStatusNeverUpdated' : 'NodeStatusUnknown';
  const message = never ? 'The agent never posted node status.' : 'The agent stopped posting node status.';
  const types = REPORTED.filter(
    (type) => type === 'Ready' || present.some((condition) => condition.type === type),
  );
  return types.reduce<NodeCondition[]>((conditions, type) => {
    const isUnknown = conditions.some(
      (condition) => condition.type === type && condition.status === 'Unknown',
    );
    if (isUnknown) return conditions;
    return withCondition<NodeCondition>(conditions, { type, status: 'Unknown', reason, message }, now);
  }, present);
}
