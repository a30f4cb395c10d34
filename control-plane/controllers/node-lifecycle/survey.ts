// All nodes at one moment, zone by zone: how many are away, who waits to be condemned, and whose turn it is. Pure.
// Within a zone two turns are always an eviction interval apart, whenever in its turn a node is condemned: when the
// last one was is written on the nodes themselves, so a new leader goes on where the old one stopped.
import type { Health } from './health.ts';
import { evictionIntervalMs, zoneStateOf, type EvictionRates, type ZoneState } from './zones.ts';

/** A node as it was found. */
export interface FoundNode {
  name: string;
  zone: string;
  health: Health;
  /** Has a taint of ours that drives pods away. */
  isCondemned: boolean;
  /** When it last got one, in milliseconds since the epoch, even if it has lost it since. */
  condemnedAtMs?: number;
}

/** The one node of a zone that may be condemned now, from `sinceMs` on for one interval. */
interface Turn {
  node: string;
  sinceMs: number;
}

/** A zone. */
export interface Zone {
  name: string;
  state: ZoneState;
  size: number;
  /** Nodes that are not ready, or not heard. */
  unready: number;
  /** Between two turns; infinite when nobody is condemned. */
  intervalMs: number;
  /** Who is away and not condemned, with the place in the line, from 0. */
  line: ReadonlyMap<string, number>;
  turn?: Turn;
  /** When a node was last condemned, or may have been. */
  lastMs: number;
  /** A node was condemned since the survey before. */
  hasCondemned: boolean;
}

/** See the head of this file. */
export interface Survey {
  atMs: number;
  zones: ReadonlyMap<string, Zone>;
  /** No node of the whole cluster is ready: nobody is condemned, and who was is let off. */
  areAllAway: boolean;
}

/** @param before the survey of before: it keeps the order of the lines, and the turns. */
export function surveyOf(
  nodes: readonly FoundNode[],
  before: Survey | undefined,
  rates: EvictionRates,
  nowMs: number,
): Survey {
  const areAllAway = nodes.every(({ health }) => health !== 'ready');
  const members = new Map<string, FoundNode[]>();
  for (const node of nodes) {
    const zone = members.get(node.zone);
    if (zone === undefined) members.set(node.zone, [node]);
    else zone.push(node);
  }
  const zones = new Map<string, Zone>();
  for (const [name, found] of members) {
    const unready = found.filter(({ health }) => health !== 'ready').length;
    const state = zoneStateOf(found.length, unready, rates);
    const intervalMs = areAllAway ? Infinity : evictionIntervalMs(state, found.length, rates);
    const facts = { name, state, size: found.length, unready, intervalMs };
    zones.set(name, { ...facts, ...nextTurn(found, before?.zones.get(name), intervalMs, nowMs) });
  }
  return { atMs: nowMs, zones, areAllAway };
}

/** Whether the node should be condemned and is not. */
export function isWaiting({ health, isCondemned }: Pick<FoundNode, 'health' | 'isCondemned'>): boolean {
  return !isCondemned && (health === 'lost' || health === 'not-ready');
}

/** How long until the node may be condemned: 0 when that is now, infinite when nobody is; an estimate for all but the first in line. */
export function waitMs({ intervalMs, line, turn, lastMs }: Zone, node: string, nowMs: number): number {
  if (intervalMs === Infinity) return Infinity;
  const place = line.get(node) ?? line.size;
  if (turn === undefined) return Math.max(1, lastMs + intervalMs - nowMs) + place * intervalMs;
  const endsInMs = turn.sinceMs + intervalMs - nowMs;
  if (turn.node === node) return endsInMs > 0 ? 0 : 1;
  const ahead = place - Number((line.get(turn.node) ?? Infinity) < place);
  return Math.max(1, endsInMs) + ahead * intervalMs;
}

function nextTurn(
  found: readonly FoundNode[],
  before: Zone | undefined,
  intervalMs: number,
  nowMs: number,
): Pick<Zone, 'line' | 'turn' | 'lastMs' | 'hasCondemned'> {
  const waiting = new Set(found.filter(isWaiting).map(({ name }) => name));
  const held = before?.turn;
  const hasCondemned = found.some(({ name, isCondemned }) => name === held?.node && isCondemned);
  const lastMs = Math.max(before?.lastMs ?? -Infinity, lastCondemnedMs(found, intervalMs, nowMs));
  const isHeld = held !== undefined && waiting.has(held.node) && nowMs < held.sinceMs + intervalMs;
  if (isHeld && intervalMs !== Infinity)
    return { line: lineOf(waiting, before), turn: held, lastMs, hasCondemned };
  // Whoever had a turn and shows no taint may still have one on its way to the store.
  const spentMs = held === undefined || hasCondemned ? lastMs : Math.max(lastMs, nowMs);
  const line = lineOf(waiting, before, held?.node);
  const [first] = line.keys();
  const isTime = nowMs >= spentMs + intervalMs;
  return {
    ...{ line, lastMs: spentMs, hasCondemned },
    ...(isTime && first !== undefined ? { turn: { node: first, sinceMs: nowMs } } : {}),
  };
}

/** A time further ahead than an interval was written by a clock that is wrong: nobody waits for that. */
function lastCondemnedMs(found: readonly FoundNode[], intervalMs: number, nowMs: number): number {
  const latestMs = nowMs + (intervalMs === Infinity ? 0 : intervalMs);
  return found.reduce(
    (last, { condemnedAtMs = -Infinity }) =>
      condemnedAtMs <= latestMs ? Math.max(last, condemnedAtMs) : last,
    -Infinity,
  );
}

/** First come, first served. Whoever let a turn pass (its changes may be refused) goes to the end: others have to come by. */
function lineOf(
  waiting: ReadonlySet<string>,
  before: Zone | undefined,
  lapsed?: string,
): ReadonlyMap<string, number> {
  const names = new Set([...(before?.line.keys() ?? []), ...waiting]);
  if (lapsed !== undefined && names.delete(lapsed)) names.add(lapsed);
  return new Map([...names].filter((name) => waiting.has(name)).map((name, place) => [name, place]));
}
