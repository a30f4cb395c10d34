// WebSockets to the control plane: it knows the user by the session's cookie, which the browser sends along.

/** Opens one. `path` begins with `/`. */
export type OpenSocket = (path: string, protocols?: readonly string[]) => WebSocket;

/** @param location of the page, which comes from the control plane. */
export function createOpenSocket({ protocol, host }: Pick<Location, 'protocol' | 'host'>): OpenSocket {
  const origin = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}`;
  return (path, protocols = []) => new WebSocket(origin + path, [...protocols]);
}
