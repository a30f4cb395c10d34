// Where traffic.gantry.dev and the nodes' metrics get their figures from: injected, read per request.
import type { TrafficRow } from '@gantry/api/service-traffic';

export interface TrafficSource {
  /** Sums of all nodes by Service (`namespace/name`) and revision; nodes that do not answer count as before. */
  sums(
    signal: AbortSignal,
  ): Promise<{ sums: ReadonlyMap<string, ReadonlyMap<string, TrafficRow>>; atMs: number }>;
  /** What a node counts, in Prometheus' form. @throws StatusError 503 when the node is not connected. */
  nodeMetrics(node: string, signal: AbortSignal): Promise<string>;
  /** Series that were left out so far: there are too many. */
  surplus(): number;
}
