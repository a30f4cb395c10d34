// How large a cluster of `gantry up` may be.

/** Nodes, the machine itself among them: each further one costs an engine and an agent, some 150 MB together. */
export const NODES_MAX = 10;
