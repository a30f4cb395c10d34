// The ports of a local cluster, on loopback.

/** The API. */
export const API_PORT = 6443;
/** The managed etcd: beside etcd's own 2379, so that an etcd of the machine's is not in the way. */
export const ETCD_PORT = 23790;
