// Changes of a running HAProxy as data, and what each does to a layout. Pure. The same function serves the plan's
// property test and the executor, which applies it to what it knows to have worked.
import type { LaidServer, Layout, MapName } from './layout.ts';
import type { ProxyServer } from './proxy-servers.ts';

export type Command =
  | { type: 'add-server'; slot: string; server: ProxyServer }
  | { type: 'set-state'; slot: string; id: string; state: LaidServer['state'] }
  | { type: 'set-weight'; slot: string; id: string; weight: number }
  /** May be refused while connections remain; the server then stays in `maint`. */
  | { type: 'delete-server'; slot: string; id: string }
  | { type: 'add-entry'; map: MapName; key: string; value: string }
  | { type: 'set-entry'; map: MapName; key: string; value: string }
  | { type: 'delete-entry'; map: MapName; key: string }
  /** Clients stuck to servers of the Service that had the slot before. */
  | { type: 'clear-table'; slot: string };

/** The layout after these commands. */
export function layoutAfter(layout: Layout, commands: readonly Command[]): Layout {
  const servers = new Map([...layout.servers].map(([slot, laid]) => [slot, new Map(laid)]));
  const { services, 'node-ports': nodePorts, routes, parents } = layout.maps;
  const maps = {
    services: new Map(services),
    'node-ports': new Map(nodePorts),
    routes: new Map(routes),
    parents: new Map(parents),
  };
  for (const command of commands) {
    if ('map' in command) changeEntry(maps[command.map], command);
    else if (command.type !== 'clear-table') changeServer(servers, command);
  }
  return { ...layout, servers, maps };
}

function changeEntry(entries: Map<string, string>, command: Extract<Command, { map: MapName }>): void {
  if (command.type === 'delete-entry') entries.delete(command.key);
  else entries.set(command.key, command.value);
}

type ServerCommand = Exclude<Command, { map: MapName } | { type: 'clear-table' }>;

function changeServer(servers: Map<string, Map<string, LaidServer>>, command: ServerCommand): void {
  const { slot } = command;
  const laid = servers.get(slot) ?? new Map<string, LaidServer>();
  if (command.type === 'add-server') {
    servers.set(slot, laid.set(command.server.id, command.server));
    return;
  }
  const server = laid.get(command.id);
  if (server === undefined) return;
  if (command.type === 'set-state') laid.set(server.id, { ...server, state: command.state });
  else if (command.type === 'set-weight') laid.set(server.id, { ...server, weight: command.weight });
  else laid.delete(server.id);
  if (laid.size === 0) servers.delete(slot);
}
