// Zones of nodes that tend to fail together, and how fast the nodes of each may lose their pods. Pure.
// States, rules and figures are those of Kubernetes' node lifecycle controller: `ComputeZoneState`, `ReducedQPSFunc` and
// `HealthyQPSFunc` in pkg/controller/nodelifecycle/node_lifecycle_controller.go; the figures are the defaults of
// kube-controller-manager's flags (--node-eviction-rate and so on).
import type { Node } from '@gantry/api/kinds/node';

const REGION = 'topology.kubernetes.io/region';
/** The label of a node's zone. */
export const ZONE_LABEL = 'topology.kubernetes.io/zone';

/** `FullDisruption`: no node of the zone is ready. `PartialDisruption`: most are not. */
export type ZoneState = 'Normal' | 'PartialDisruption' | 'FullDisruption';

/** How fast nodes may be condemned, and when a zone is called disrupted. */
export interface EvictionRates {
  /** Nodes a second, in a zone that is not partly disrupted. */
  nodeEvictionRate: number;
  /** Nodes a second, in a large zone that is partly disrupted; in a small one it is none at all. */
  secondaryNodeEvictionRate: number;
  /** Share of nodes not ready from which on a zone is partly disrupted. */
  unhealthyZoneThreshold: number;
  /** A zone with more nodes is large. */
  largeClusterSizeThreshold: number;
}

/** Kubernetes' own. */
export const EVICTION_RATES: EvictionRates = {
  nodeEvictionRate: 0.1,
  secondaryNodeEvictionRate: 0.01,
  unhealthyZoneThreshold: 0.55,
  largeClusterSizeThreshold: 50,
};

/** Fewer nodes that are away at once are no disruption. */
const DISRUPTION_NODES_MIN = 3;

/** `region:zone` by the node's labels; empty where it has neither: such nodes are one zone of their own. */
export function zoneNameOf({ metadata: { labels = {} } }: Node): string {
  const { [REGION]: region = '', [ZONE_LABEL]: zone = '' } = labels;
  return region === '' && zone === '' ? '' : `${region}:${zone}`;
}

/** @param unready how many of the zone's `size` nodes are not ready. */
export function zoneStateOf(size: number, unready: number, rates: EvictionRates): ZoneState {
  if (unready === size && size > 0) return 'FullDisruption';
  const isMostlyAway = unready / size >= rates.unhealthyZoneThreshold;
  return unready >= DISRUPTION_NODES_MIN && isMostlyAway ? 'PartialDisruption' : 'Normal';
}

/**
 * Milliseconds between one node that is condemned and the next; infinite when nobody is. A zone without any ready node
 * goes at the normal rate: that all zones are so is for the caller to see.
 */
export function evictionIntervalMs(state: ZoneState, size: number, rates: EvictionRates): number {
  if (state !== 'PartialDisruption') return 1000 / rates.nodeEvictionRate;
  return size > rates.largeClusterSizeThreshold ? 1000 / rates.secondaryNodeEvictionRate : Infinity;
}
