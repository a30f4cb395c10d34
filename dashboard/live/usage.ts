// What nodes and pods use, as the control plane tells it every few seconds. Pure.

/** CPU and memory in use. */
export interface Used {
  cpuMilli: number;
  memoryBytes: number;
}

/** All figures at a time. */
export interface UsageFigures {
  /** RFC 3339. */
  at: string;
  /** Empty for those who may not see nodes. */
  nodes: readonly (Used & { name: string })[];
  pods: readonly (Used & { namespace: string; name: string })[];
}

/** The path of the figures, of one namespace or of all. */
export function usagePath(namespace?: string): string {
  const query =
    namespace === undefined || namespace === '' ? '' : `?namespace=${encodeURIComponent(namespace)}`;
  return `/gantry/v1/live/usage${query}`;
}

/** By name. */
export function nodesInUse(figures: UsageFigures | undefined): ReadonlyMap<string, Used> {
  return new Map((figures?.nodes ?? []).map((node) => [node.name, node]));
}

/** By `namespace/name`. */
export function podsInUse(figures: UsageFigures | undefined): ReadonlyMap<string, Used> {
  return new Map((figures?.pods ?? []).map((pod) => [`${pod.namespace}/${pod.name}`, pod]));
}
