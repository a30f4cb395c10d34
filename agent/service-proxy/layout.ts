// How a state lies in HAProxy: which slot (backend) of the pool serves which port of a Service, with which servers, and
// what the maps say. Pure. A layout is what was rendered, or rendered and then changed by commands.
import { optionsKey, type BackendOptions } from './proxy-options.ts';
import type { ProxyServer } from './proxy-servers.ts';
import type { ProxyMode, ProxyService, ProxyState } from './proxy-state.ts';
import type { Routing } from './routes/routing.ts';
import { choiceEntries } from './choices.ts';
import { Places } from './places.ts';

/** A backend that is there from the start, mostly empty. */
export interface Slot {
  readonly name: string;
  readonly mode: ProxyMode;
  readonly options: BackendOptions;
}

/** `maint`: on its way out, its last connections go on. */
export interface LaidServer extends Omit<ProxyServer, 'state'> {
  readonly state: ProxyServer['state'] | 'maint';
}

/** `routes`: see `choices.ts`; `parents`: Services whose requests routes treat. */
export type MapName = 'services' | 'node-ports' | 'routes' | 'parents';
/** What leads to a split comes after it. */
export const MAP_NAMES = ['routes', 'services', 'node-ports', 'parents'] as const satisfies MapName[];

export interface Layout {
  readonly slots: readonly Slot[];
  /** Slot of each port of a Service, by its key. */
  readonly assigned: ReadonlyMap<string, string>;
  /** By slot, then by id. Slots without servers are left out. */
  readonly servers: ReadonlyMap<string, ReadonlyMap<string, LaidServer>>;
  readonly maps: Readonly<Record<MapName, ReadonlyMap<string, string>>>;
  readonly routing: Routing;
}

/** Slots are added in steps of so many, with room for a quarter more than is needed. */
const POOL_STEP = 64;
const POOL_ROOM = 1.25;

/** A layout for a state, with whole room for more; Services keep the slots that they had. */
export function freshLayout(state: ProxyState, before?: Layout): Layout {
  const slots = slotsFor(state);
  const assigned = assignSlots(state, slots, before?.assigned ?? new Map());
  // The process before this one finishes what drains; this one never knew it.
  const services = state.services.map((service) => ({
    ...service,
    servers: service.servers.filter(isReady),
  }));
  return layoutWith({ ...state, services }, slots, assigned);
}

/** The layout of a state whose slots are settled. */
export function layoutWith(
  state: ProxyState,
  slots: readonly Slot[],
  assigned: ReadonlyMap<string, string>,
): Layout {
  const sticky = new Set(
    slots.filter(({ options }) => options.affinitySeconds !== undefined).map(({ name }) => name),
  );
  const servers = new Map<string, Map<string, LaidServer>>();
  for (const { key, servers: wanted } of state.services) {
    const slot = assigned.get(key);
    if (slot === undefined) continue;
    // HAProxy lets clients that stick to a draining server come back to it: there, what drains leaves at once.
    const laid = sticky.has(slot) ? wanted.filter(isReady) : wanted;
    if (laid.length > 0) servers.set(slot, new Map(laid.map((server) => [server.id, server])));
  }
  return { slots, assigned, servers, maps: mapsOf(state, assigned), routing: state.routes.routing };
}

/** What the maps have to say. */
export function mapsOf(state: ProxyState, assigned: ReadonlyMap<string, string>): Layout['maps'] {
  const services = new Map<string, string>();
  const nodePorts = new Map<string, string>();
  const places = new Places(state, assigned);
  for (const { key, clusterIP, port, nodePort, outerPort } of state.services) {
    const entrance = places.entranceOf(key);
    if (entrance === undefined || clusterIP === undefined) continue;
    services.set(`${clusterIP}:${port}`, entrance);
    for (const each of [nodePort, outerPort]) if (each !== undefined) nodePorts.set(String(each), entrance);
  }
  const { parents } = state.routes;
  const routes = new Map([...choiceEntries(places.choices()), ...places.mirrors()]);
  return { routes, services, 'node-ports': nodePorts, parents };
}

/** Whether a slot may serve a Service. */
export function fits(slot: Slot, service: ProxyService): boolean {
  return slot.mode === service.mode && optionsKey(slot.options) === optionsKey(service.options);
}

/** Slots with the usual options in steps; those with others as many as are needed. */
function slotsFor(state: ProxyState): Slot[] {
  const usual = { http: 0, tcp: 0 };
  const special = new Map<string, Slot>();
  for (const service of state.services) {
    const { key, mode, options } = service;
    if (optionsKey(options) === '') usual[mode] += 1;
    else special.set(key, { name: `${mode}-x${numbered(special.size + 1)}`, mode, options });
  }
  const pool = (mode: ProxyMode): Slot[] =>
    Array.from({ length: poolSize(usual[mode]) }, (_, at) => ({
      name: `${mode}-${numbered(at + 1)}`,
      mode,
      options: {},
    }));
  return [...pool('http'), ...pool('tcp'), ...special.values()];
}

/** Slots of a mode for so many Services. */
export function poolSize(needed: number): number {
  return Math.ceil((needed * POOL_ROOM + 1) / POOL_STEP) * POOL_STEP;
}

function numbered(number: number): string {
  return String(number).padStart(4, '0');
}

function assignSlots(
  state: ProxyState,
  slots: readonly Slot[],
  before: ReadonlyMap<string, string>,
): Map<string, string> {
  const byName = new Map(slots.map((slot) => [slot.name, slot]));
  const free = new Set(slots);
  const assigned = new Map<string, string>();
  for (const service of state.services) {
    const old = byName.get(before.get(service.key) ?? '');
    if (old === undefined || !free.has(old) || !fits(old, service)) continue;
    assigned.set(service.key, old.name);
    free.delete(old);
  }
  const pools = slotsByPool(free);
  for (const service of state.services) {
    if (assigned.has(service.key)) continue;
    const slot = pools.get(poolOf(service))?.shift();
    if (slot !== undefined) assigned.set(service.key, slot.name);
  }
  return assigned;
}

function isReady({ state }: ProxyServer): boolean {
  return state === 'ready';
}

/** Slots that may stand for one another, in their order. */
export function slotsByPool(slots: Iterable<Slot>): Map<string, Slot[]> {
  const pools = new Map<string, Slot[]>();
  for (const slot of slots) {
    const pool = pools.get(poolOf(slot));
    if (pool === undefined) pools.set(poolOf(slot), [slot]);
    else pool.push(slot);
  }
  return pools;
}

/** Slots and Services that go together have the same. */
export function poolOf({ mode, options }: { mode: ProxyMode; options: BackendOptions }): string {
  return `${mode} ${optionsKey(options)}`;
}
