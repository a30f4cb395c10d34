// What a replica of the control plane tells the agents whose tunnels lead to it: who it is, and who else there is. Both ends
// read it with care: they may be of different versions.

/** `address:port` each, as agents dial them. */
export interface ReplicaNews {
  /** The replica that tells. */
  self: string;
  /** All replicas, as far as it knows. */
  replicas: readonly string[];
}

/** More replicas than this are not dialled. */
export const REPLICAS_MAX = 16;
const ADDRESS = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+):\d{1,5}$/i;

/** @returns undefined for what is no news. */
export function readReplicaNews(value: unknown): ReplicaNews | undefined {
  const { self, replicas } = (value ?? {}) as { self?: unknown; replicas?: unknown };
  if (!isAddress(self) || !Array.isArray(replicas)) return undefined;
  return { self, replicas: replicas.filter(isAddress).slice(0, REPLICAS_MAX) };
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && ADDRESS.test(value);
}
