// Where metrics.k8s.io gets its figures from: injected, read per request.

/** CPU and memory at a moment. */
export interface Usage {
  cpuMilli: number;
  memoryBytes: number;
  /** When it was sampled, milliseconds since the epoch. */
  atMs: number;
  /** Over how long CPU was averaged, in milliseconds. */
  windowMs: number;
}

export interface NodeUsage extends Usage {
  node: string;
}

export interface PodUsage {
  namespace: string;
  name: string;
  atMs: number;
  windowMs: number;
  containers: readonly { name: string; cpuMilli: number; memoryBytes: number }[];
}

/** Newest samples; nodes that do not answer are left out. */
export interface UsageSource {
  nodes(signal: AbortSignal): Promise<readonly NodeUsage[]>;
  /** Of one namespace, or of all when it is empty. */
  pods(namespace: string, signal: AbortSignal): Promise<readonly PodUsage[]>;
}
