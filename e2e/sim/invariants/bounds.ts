// How much slack the invariants leave, and the limits that they hold the world to. Each figure says where it comes from.

/** Durations are in milliseconds of the world's clock. */
export interface Bounds {
  /**
   * How old the state may be that a decision rests on when it is written: a leader frozen between its look and its
   * write passes the fence for as long as its lease lives (9 s), and a call may be 5 s under way.
   */
  staleMs: number;
  /** How long after a user sent a request it may still take effect: deadlines and retries of all hops together. */
  requestMs: number;
  /** How long a container may outlive its grace on a node that can act: reconnection, a restarted agent, a slow engine. */
  stopMs: number;
  /** How long after a container stopped a report of before may still be stored: one write, and its retries. */
  reportMs: number;
  /**
   * How long a process may stand still between receiving a request and carrying it out. A report that was on its way
   * through it comes that much later, and compare-and-swap lets it in when nothing was written meanwhile.
   */
  frozenMs: number;
  /** How far the clock of a node or a control plane may be off. */
  clockSkewMs: number;
  /** How long the world may take from calm to what is wanted: lost nodes, tolerations, back-off of 5 min. */
  settleMs: number;
  /** How long dependents may outlive their owner, and a namespace its deletion, once the world is calm. */
  collectMs: number;
  /** Keys, events and writes that wait in one process. */
  queuedMax: number;
  /** Watches that one process holds open. */
  watchesMax: number;
  /** Timers that one process has set. */
  pendingTimersMax: number;
  /** Keys in the store. */
  storeKeysMax: number;
  /** Event objects in the store. */
  eventsMax: number;
}

/** Fit for a world of some dozen nodes and some hundred pods. */
export const BOUNDS: Bounds = {
  staleMs: 15_000,
  requestMs: 60_000,
  stopMs: 60_000,
  reportMs: 15_000,
  frozenMs: 40_000,
  clockSkewMs: 0,
  settleMs: 10 * 60_000,
  collectMs: 2 * 60_000,
  queuedMax: 20_000,
  watchesMax: 2_000,
  pendingTimersMax: 20_000,
  storeKeysMax: 50_000,
  eventsMax: 20_000,
};
