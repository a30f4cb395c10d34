// The taints that a node's state calls for. Taints of others are left alone. Pure.
import type { Node, Taint } from '@gantry/api/kinds/node';
import type { Health } from './health.ts';

export const NOT_READY = 'node.kubernetes.io/not-ready';
export const UNREACHABLE = 'node.kubernetes.io/unreachable';
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

/** The node's taints as they are: the same list each time, so that "unchanged" can be told by identity. */
export function presentTaints(node: Node): readonly Taint[] {
  return node.spec.taints ?? NONE;
}

/**
 * The node's taints as they should be; the list of {@link presentTaints} when they are. Each NoExecute taint gets the time at which it
 * was first seen, which pods' tolerations count from: also those that users set.
 */
export function taintsFor(node: Node, health: Health, now: string): readonly Taint[] {
  const present = presentTaints(node);
  const wanted = wantedTaints(node, health);
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

function wantedTaints(node: Node, health: Health): Taint[] {
  const conditions = node.status?.conditions ?? [];
  const pressures = PRESSURES.filter(([type]) =>
    conditions.some((condition) => condition.type === type && condition.status === 'True'),
  );
  return [
    ...healthTaints(node, health),
    ...pressures.map(([, key]): Taint => ({ key, effect: 'NoSchedule' })),
    ...(node.spec.unschedulable === true ? [{ key: UNSCHEDULABLE, effect: 'NoSchedule' as const }] : []),
  ];
}

/** Only a node that is lost, or says itself that it is not ready, also drives pods away. */
function healthTaints(node: Node, health: Health): Taint[] {
  switch (health) {
    case 'ready':
      return [];
    case 'starting':
      return [{ key: NOT_READY, effect: 'NoSchedule' }];
    case 'not-ready':
      return [
        { key: NOT_READY, effect: 'NoSchedule' },
        { key: NOT_READY, effect: 'NoExecute' },
      ];
    case 'lost':
      return [
        { key: UNREACHABLE, effect: 'NoSchedule' },
        { key: UNREACHABLE, effect: 'NoExecute' },
      ];
    case 'unheard':
    case 'returning': {
      // What was found before stays until somebody knows better.
      const before = presentTaints(node).filter(
        ({ key, effect }) => key === UNREACHABLE && effect === 'NoExecute',
      );
      return [{ key: UNREACHABLE, effect: 'NoSchedule' }, ...before];
    }
  }
}

function isSame(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}
