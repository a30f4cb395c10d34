// The ports of a local cluster, and the address that they are on unless there are further hosts.

/** Where a cluster of one node listens. */
export const LOOPBACK = '127.0.0.1';
/** The API. */
export const API_PORT = 6443;
/** The managed etcd: beside etcd's own 2379, so that an etcd of the machine's is not in the way. */
export const ETCD_PORT = 23790;
