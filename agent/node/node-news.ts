// What the tunnels tell of the agent's own node, and whether any of them does: replicas of an older version do not.

/** A tunnel, known by itself. */
type Teller = object;

export interface NodeNewsFeed {
  /** The node's resourceVersion as it was told last, empty when it is gone; undefined while no tunnel tells. */
  said(): string | undefined;
  hear(teller: Teller, revision: string): void;
  /** The tunnel is closed. */
  lose(teller: Teller): void;
  /** Calls `listener` whenever `said` has become another. @returns what ends that. */
  onChange(listener: () => void): () => void;
}

export function createNodeNews(): NodeNewsFeed {
  const tellers = new Set<Teller>();
  const listeners = new Set<() => void>();
  let said: string | undefined;
  const become = (next: string | undefined): void => {
    if (next === said) return;
    said = next;
    for (const listener of listeners) listener();
  };
  return {
    said: () => said,
    hear(teller, revision) {
      tellers.add(teller);
      become(revision);
    },
    lose(teller) {
      tellers.delete(teller);
      if (tellers.size === 0) become(undefined);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
