// What a node does unless it is told otherwise, where several programs have to agree on it.

/**
 * Pod sandboxes kept ready: a pod that finds one starts in less than half the time, since most of it goes into the
 * network namespace. Each costs some 3 MB while it waits.
 */
export const WARM_SANDBOXES = 20;

/** Hollow nodes of one process: each has an address of its own, and one event loop is to bear them. */
export const HOLLOW_NODES_MAX = 10_000;
