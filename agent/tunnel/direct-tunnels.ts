// Which replicas of the control plane an agent dials beside the one that it was told of at its start. Pure.

/** What is known. */
export interface KnownReplicas {
  /** `https://host:port` that the agent was started with: one replica, or whatever stands before all of them. */
  server: string;
  /** The replica to which the tunnel through that address leads; undefined while it is not open. */
  reached: string | undefined;
  /** All replicas, as last told. */
  replicas: readonly string[];
}

/** A replica that the first tunnel leads to is not dialled again: it would take the new one for the old one's successor. */
export function directTunnels({ server, reached, replicas }: KnownReplicas): string[] {
  const { hostname, port, protocol } = new URL(server);
  const named = `${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
  return [...new Set(replicas)].filter((replica) => replica !== reached && replica !== named);
}
