// What goes through Services, as the control plane tells it every few seconds. Pure, but for the hooks' file beside it.

/** One revision of a Service. */
export interface RevisionFlow {
  /** The pod-template-hash; '' for pods that nothing made. */
  hash: string;
  requestsPerSecond: number;
  errorsPerSecond: number;
  p50Ms?: number | null;
  p95Ms?: number | null;
  p99Ms?: number | null;
}

/** One Service. */
export interface ServiceFlow {
  namespace: string;
  name: string;
  revisions: readonly RevisionFlow[];
}

/** All Services at a time. */
export interface TrafficFlow {
  /** RFC 3339. */
  at: string;
  services: readonly ServiceFlow[];
}

/** Several revisions as one. The 95th percentile is that of the slowest of them: they cannot be added. */
export interface FlowSum {
  requestsPerSecond: number;
  errorsPerSecond: number;
  p95Ms: number | undefined;
}

/** Adds revisions up. */
export function sumOf(revisions: Iterable<RevisionFlow>): FlowSum {
  const sum: FlowSum = { requestsPerSecond: 0, errorsPerSecond: 0, p95Ms: undefined };
  for (const { requestsPerSecond, errorsPerSecond, p95Ms } of revisions) {
    sum.requestsPerSecond += requestsPerSecond;
    sum.errorsPerSecond += errorsPerSecond;
    if (p95Ms !== undefined && p95Ms !== null) sum.p95Ms = Math.max(sum.p95Ms ?? 0, p95Ms);
  }
  return sum;
}

/** Adds a whole cluster up. */
export function sumOfFlow(flow: TrafficFlow | undefined): FlowSum {
  return sumOf((flow?.services ?? []).flatMap(({ revisions }) => revisions));
}
