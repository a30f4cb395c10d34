// What leads to Services from a node, as the agent sees it: HAProxy for a node with an engine, a short wait for a hollow
// one.
import type { EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import type { ServiceLists } from './service-lists.ts';

/** The revision of lists from the disk: whoever waits for anything waits for newer ones. */
export const UNCONFIRMED = '0';

/** What a proxy counts. */
export interface ProxyMetrics {
  /** Passes that ended well. */
  applies: number;
  failures: number;
  commands: number;
  /** Times that HAProxy took a new configuration, its starts included. */
  reloads: number;
  lastApplyMs: number;
  /** When the oldest news came that are not in force; undefined when all is. */
  waitingSinceMs: number | undefined;
  appliedRevision: string | undefined;
  appliedSplitRevision: string | undefined;
}

export interface NodeProxy {
  /** Whether it serves Gateways and Ingresses; then lists come with routes. */
  readonly servesRoutes?: boolean;
  /** The newest lists; earlier ones that were not applied yet are passed over. */
  onServices(lists: ServiceLists): void;
  /** All changes of EndpointSlices up to this revision are in force; undefined as long as nothing is known of it. */
  appliedRevision(): string | undefined;
  /** Requests to what was taken out up to this revision have ended, or had their time; absent where it knows of no requests. */
  drainedRevision?(): string | undefined;
  /** New requests are treated by all changes of TrafficSplits up to this revision; undefined as with EndpointSlices. */
  appliedSplits(): string | undefined;
  /** Why it is not in step; undefined when it is. */
  error(): string | undefined;
  /** Why listeners of Gateways do not work on this node; undefined when all do. */
  listenerFault?(): string | undefined;
  /** What it counts; absent where it does not. */
  metrics?(): ProxyMetrics;
  /**
   * Keeps in step until the signal is aborted; traffic goes on flowing after that.
   *
   * @param onAwaited called when something is in force that somebody waits to hear of: pods that are being stopped have
   * been taken out, their last requests have ended, or TrafficSplits have changed.
   */
  run(onAwaited: () => void, signal: AbortSignal): Promise<void>;
}

/** Whether pods that are being stopped are in it: they wait until they are known to be left alone. */
export function hasWithdrawn({ endpoints }: EndpointSlice): boolean {
  return endpoints.some(({ conditions }) => conditions?.terminating === true);
}

/** Whether TrafficSplits are in force that were not before. @param before the revision of those. */
export function hasSplitNews({ splits }: ServiceLists, before: string | undefined): boolean {
  if (splits?.revision === undefined || splits.revision === before) return false;
  // Where there were none and are none nobody waits.
  return splits.splits.length > 0 || (before !== undefined && before !== UNCONFIRMED);
}
