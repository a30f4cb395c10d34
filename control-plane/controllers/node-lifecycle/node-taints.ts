// The taints that a node's state calls for. Taints of others are left alone. Pure.
import type { Node, Taint } from '@gantry/api/kinds/node';
import { timeMs } from '@gantry/kit/time-text';
import type { Health } from './health.ts';

export const NOT_READY = 'node.kubernetes.io/not-ready';
export const UNREACHABLE = 'node.kubernetes.io/unreachable';
/** When the node was last condemned, kept when it recovers: what the eviction rate counts from. */
export const CONDEMNED_AT = 'node.gantry.dev/condemned-at';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/** Conditions that keep new pods away while they hold. */
const PRESSURES: readonly (readonly [condition: string, taint: string])[] = [
  ['MemoryPressure', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure', 'node.kubernetes.io/disk-pressure'],
  ['PIDPressure', 'node.kubernetes.io/pid-pressure'],
  ['NetworkUnavailable', 'node.kubernetes.io/network-unavailable'],
];

const OURS: ReadonlySet<string> = new Set([
  NOT_READY,
  UNREACHABLE,
  UNSCHEDULABLE,
  ...PRESSURES.map(([, key]) => key),
]);

const NONE: readonly Taint[] = [];

/** `waits`: its turn has not come. `let-off`: no node of the cluster is ready, so nobody drives pods away. */
export type Sentence = 'condemned' | 'waits' | 'let-off';

/** The node's taints as they are: the same list each time, so that "unchanged" can be told by identity. */
export function presentTaints(node: Node): readonly Taint[] {
  return node.spec.taints ?? NONE;
}

/** Whether the node drives pods away since it is away itself. */
export function isCondemned(node: Node): boolean {
  return presentTaints(node).some(drivesAway);
}

/** When the node was last condemned, in milliseconds since the epoch; undefined when it never was. */
export function condemnedAtMs(node: Node): number | undefined {
  const noted = timeMs(node.metadata.annotations?.[CONDEMNED_AT]);
  return noted ?? timeMs(presentTaints(node).find(drivesAway)?.timeAdded);
}

function drivesAway({ key, effect }: Taint): boolean {
  return effect === 'NoExecute' && (key === NOT_READY || key === UNREACHABLE);
}

/**
 * The node's taints as they should be; the list of {@link presentTaints} when they are. Each NoExecute taint gets the time at which it
 * was first seen, which pods' tolerations count from: also those that users set.
 *
 * @param sentence whether a node that is away drives pods away.
 */
export function taintsFor(node: Node, health: Health, sentence: Sentence, now: string): readonly Taint[] {
  const present = presentTaints(node);
  const wanted = wantedTaints(node, health, sentence);
  const isWanted = (taint: Taint): boolean =>
    !OURS.has(taint.key) || wanted.some((each) => isSame(each, taint));
  const kept = present.filter(isWanted);
  const added = wanted.filter((taint) => !present.some((each) => isSame(each, taint)));
  const untimed = kept.some((taint) => taint.effect === 'NoExecute' && taint.timeAdded === undefined);
  if (kept.length === present.length && added.length === 0 && !untimed) return present;
  return [...kept, ...added].map((taint) =>
    taint.effect === 'NoExecute' && taint.timeAdded === undefined ? { ...taint, timeAdded: now } : taint,
  );
}

function wantedTaints(node: Node, health: Health, sentence: Sentence): Taint[] {
  const conditions = node.status?.conditions ?? [];
  const pressures = PRESSURES.filter(([type]) =>
    conditions.some((condition) => condition.type === type && condition.status === 'True'),
  );
  return [
    ...healthTaints(node, health, sentence),
    ...pressures.map(([, key]): Taint => ({ key, effect: 'NoSchedule' })),
    ...(node.spec.unschedulable === true ? [{ key: UNSCHEDULABLE, effect: 'NoSchedule' as const }] : []),
  ];
}

/** Only a node that is lost, or says itself that it is not ready, also drives pods away: once it is condemned. */
function healthTaints(node: Node, health: Health, sentence: Sentence): Taint[] {
  switch (health) {
    case 'ready':
      return [];
    case 'starting':
      return [{ key: NOT_READY, effect: 'NoSchedule' }];
    case 'not-ready':
    case 'lost': {
      const key = health === 'lost' ? UNREACHABLE : NOT_READY;
      const drives = sentence === 'condemned' ? [{ key, effect: 'NoExecute' as const }] : [];
      return [{ key, effect: 'NoSchedule' }, ...drives];
    }
    case 'unheard':
    case 'returning': {
      // What was found before stays until somebody knows better.
      const before = presentTaints(node).filter(
        ({ key, effect }) => key === UNREACHABLE && effect === 'NoExecute',
      );
      return [{ key: UNREACHABLE, effect: 'NoSchedule' }, ...(sentence === 'let-off' ? [] : before)];
    }
  }
}

function isSame(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}
