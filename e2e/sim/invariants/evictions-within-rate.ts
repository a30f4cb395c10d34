// However many nodes are away, they lose their pods one after the other.
import type { Node, Taint } from '@gantry/api/kinds/node';
import { timeMs } from '@gantry/kit/time-text';
import { judgingWrites } from './each-write.ts';
import { nameOf } from './object-reading.ts';
import type { Invariant } from './world-view.ts';

/** Kubernetes' `--node-eviction-rate` of 0.1 nodes a second: the fastest of all rates. */
const INTERVAL_MS = 10_000;
const DRIVING: ReadonlySet<string> = new Set([
  'node.kubernetes.io/not-ready',
  'node.kubernetes.io/unreachable',
]);

/**
 * Judged by the times in the taints, which are of the clock that decided: writes may be under way for any time. A time
 * further ahead than an interval is of a clock that is wrong, and is not waited for.
 */
export function createEvictionsWithinRate(): Invariant {
  const lastOf = new Map<string, { node: string; atMs: number }>();
  return judgingWrites(
    'evictions-within-rate',
    'In each zone at most one node in ten seconds comes to lose its pods since it is away.',
    ({ before, after }) => {
      if (after?.kind !== 'Node') return undefined;
      const atMs = condemnedAtMs(after as Node);
      if (atMs === undefined || (before !== undefined && condemnedAtMs(before as Node) !== undefined))
        return undefined;
      const zone = zoneOf(after as Node);
      const last = lastOf.get(zone);
      const node = nameOf(after);
      if (last !== undefined && Math.abs(atMs - last.atMs) < INTERVAL_MS)
        return `Node ${node} was condemned ${atMs - last.atMs} ms after ${last.node}${zone === '' ? '' : ` of the same zone ${zone}`}`;
      lastOf.set(zone, { node, atMs });
      return undefined;
    },
  );
}

function condemnedAtMs({ spec }: Node): number | undefined {
  const isDriving = ({ key, effect }: Taint): boolean => effect === 'NoExecute' && DRIVING.has(key);
  return timeMs(spec.taints?.find(isDriving)?.timeAdded);
}

function zoneOf({ metadata: { labels = {} } }: Node): string {
  const of = (part: string): string => labels[`topology.kubernetes.io/${part}`] ?? '';
  return [of('region'), of('zone')].join(' ').trim();
}
