// What a replica of the control plane tells an agent of the agent's own node, so that it needs no watch, and no connection, for
// that alone. Both ends read it with care: they may be of different versions.

/** Told when a tunnel opens, and whenever the node has changed. */
export interface NodeNews {
  /** The node's resourceVersion as the replica knows it; empty when there is no such node. */
  revision: string;
}

/** @returns undefined for what is no news. */
export function readNodeNews(value: unknown): NodeNews | undefined {
  const { revision } = (value ?? {}) as { revision?: unknown };
  return typeof revision === 'string' && /^\d{0,20}$/.test(revision) ? { revision } : undefined;
}
