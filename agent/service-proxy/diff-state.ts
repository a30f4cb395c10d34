// From what lies in HAProxy to what is wanted: commands to the running process, or one reload where commands do not
// reach (the pool is too small, a Service wants options that no free slot has). Pure.
import { isRuleEntry } from './choices.ts';
import type { Command } from './layout-commands.ts';
import {
  fits,
  freshLayout,
  layoutWith,
  poolOf,
  slotsByPool,
  MAP_NAMES,
  type LaidServer,
  type Layout,
  type Slot,
} from './layout.ts';
import type { ProxyServer } from './proxy-servers.ts';
import type { ProxyService, ProxyState } from './proxy-state.ts';
import { routingKey } from './routes/routing.ts';

export type ProxyChange =
  | { type: 'commands'; commands: readonly Command[]; assigned: ReadonlyMap<string, string> }
  | { type: 'reload'; layout: Layout; reason: ReloadReason };

export type ReloadReason = 'pool-too-small' | 'options-changed' | 'routes-changed';

/** Plans the way from `old` to `state`. */
export function diffState(old: Layout, state: ProxyState): ProxyChange {
  const settled = hasSameRouting(old, state)
    ? settleSlots(old, state)
    : { reason: 'routes-changed' as const };
  if ('reason' in settled) return { type: 'reload', reason: settled.reason, layout: freshLayout(state, old) };
  const { assigned } = settled;
  const wanted = layoutWith(state, old.slots, assigned);
  const { taken, changed, left } = serverCommands(old, wanted);
  const { set, removed } = mapCommands(old, wanted);
  // Servers come before the maps that lead to them, and leave after the maps no longer do.
  const commands = [...clearedTables(old, assigned), ...taken, ...set, ...removed, ...changed, ...left];
  return { type: 'commands', commands, assigned };
}

function hasSameRouting({ routing }: Layout, { routes }: ProxyState): boolean {
  return routingKey(routing) === routingKey(routes.routing);
}

function settleSlots(
  old: Layout,
  state: ProxyState,
): { assigned: Map<string, string> } | { reason: ReloadReason } {
  const byName = new Map(old.slots.map((slot) => [slot.name, slot]));
  const assigned = new Map<string, string>();
  const homeless: ProxyService[] = [];
  for (const service of state.services) {
    const slot = byName.get(old.assigned.get(service.key) ?? '');
    if (slot !== undefined && fits(slot, service)) assigned.set(service.key, slot.name);
    // One that has no servers needs no slot yet.
    else if (service.servers.length > 0) homeless.push(service);
  }
  const pools = slotsByPool(old.slots.filter((slot) => isFree(old, slot)));
  for (const service of homeless) {
    const slot = pools.get(poolOf(service))?.shift();
    if (slot === undefined) return { reason: reasonFor(service) };
    assigned.set(service.key, slot.name);
  }
  return { assigned };
}

function reasonFor({ options }: ProxyService): ReloadReason {
  return Object.keys(options).length === 0 ? 'pool-too-small' : 'options-changed';
}

/** Slots given back in the same step are not free yet: their servers have still to leave. */
function isFree({ servers, assigned }: Layout, { name }: Slot): boolean {
  return !servers.has(name) && !usedSlots(assigned).has(name);
}

const usedBy = new WeakMap<ReadonlyMap<string, string>, Set<string>>();

function usedSlots(assigned: ReadonlyMap<string, string>): Set<string> {
  const known = usedBy.get(assigned);
  if (known !== undefined) return known;
  const used = new Set(assigned.values());
  usedBy.set(assigned, used);
  return used;
}

function clearedTables(old: Layout, assigned: ReadonlyMap<string, string>): Command[] {
  const sticky = new Set(
    old.slots.filter(({ options }) => options.affinitySeconds !== undefined).map(({ name }) => name),
  );
  return [...assigned]
    .filter(([key, slot]) => sticky.has(slot) && old.assigned.get(key) !== slot)
    .map(([, slot]) => ({ type: 'clear-table', slot }));
}

interface ServerCommands {
  taken: Command[];
  changed: Command[];
  left: Command[];
}

function serverCommands(old: Layout, wanted: Layout): ServerCommands {
  const commands: ServerCommands = { taken: [], changed: [], left: [] };
  for (const [slot, servers] of wanted.servers)
    for (const server of servers.values())
      addServerCommands(commands, slot, old.servers.get(slot)?.get(server.id), server as ProxyServer);
  for (const [slot, servers] of old.servers)
    for (const server of servers.values())
      if (wanted.servers.get(slot)?.has(server.id) !== true) leave(commands.left, slot, server);
  return commands;
}

function addServerCommands(
  { taken, changed }: ServerCommands,
  slot: string,
  before: LaidServer | undefined,
  server: ProxyServer,
): void {
  const { id, state, weight } = server;
  if (before === undefined || before.state === 'maint') {
    // There is nothing that a server could finish which has no connection or is left already.
    if (state === 'drain') return;
    if (before === undefined) {
      taken.push({ type: 'add-server', slot, server });
      return;
    }
  }
  // One that comes back has its weight before its first connection.
  if (before.weight !== weight)
    (before.state === 'ready' ? changed : taken).push({ type: 'set-weight', slot, id, weight });
  if (before.state !== state)
    (state === 'ready' ? taken : changed).push({ type: 'set-state', slot, id, state });
}

function leave(commands: Command[], slot: string, { id, state }: LaidServer): void {
  if (state !== 'maint') commands.push({ type: 'set-state', slot, id, state: 'maint' });
  commands.push({ type: 'delete-server', slot, id });
}

function mapCommands(old: Layout, wanted: Layout): { set: Command[]; removed: Command[] } {
  const set: Command[] = [];
  const removed: Command[] = [];
  for (const map of MAP_NAMES) {
    const before = old.maps[map];
    const after = wanted.maps[map];
    for (const [key, value] of after) {
      const was = before.get(key);
      if (was === undefined) set.push({ type: 'add-entry', map, key, value });
      else if (was !== value) set.push({ type: 'set-entry', map, key, value });
    }
    for (const key of before.keys()) if (!after.has(key)) removed.push({ type: 'delete-entry', map, key });
  }
  return { set, removed: removed.toSorted((a, b) => rankOf(a) - rankOf(b)) };
}

/** What leads to a rule goes before it, and a rule before what it leads to. */
function rankOf(command: Command): number {
  if (!('map' in command) || command.map !== 'routes') return 0;
  return isRuleEntry(command.key) ? 1 : 2;
}
