// Nodes take traffic back by their own flags: no leader has to act.
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import { titleOf } from '../object-reading.ts';
import type { Invariant, NodeView, WorldView } from '../world-view.ts';
import { thrownFlags } from './thrown-flags.ts';

/** A watch that has to be begun anew, a proxy that takes its time, and some more. */
const HEEDED_WITHIN_MS = 10_000;

/** Of nodes that evaluate flags, while nothing but the leader is away. A flag of two objects is nobody's here. */
export function createKillSwitchHeeded(): Invariant {
  const thrownSinceMs = new Map<string, number>();
  const ableSinceMs = new Map<string, number>();

  function look(view: WorldView): void {
    keepSince(thrownSinceMs, thrownFlags(view), view.nowMs);
    keepSince(ableSinceMs, ableNodes(view), view.nowMs);
  }

  function wrongOn(view: WorldView, name: string, node: NodeView): string | undefined {
    const { nowMs, undisturbedSinceMs = Infinity } = view;
    const sinceMs = Math.max(ableSinceMs.get(name) ?? Infinity, undisturbedSinceMs);
    if (nowMs - sinceMs < HEEDED_WITHIN_MS) return undefined;
    for (const split of node.splits) {
      const { flag } = split.spec.killSwitch ?? {};
      const thrownMs = thrownSinceMs.get(`${split.metadata.namespace ?? ''}/${flag ?? ''}`) ?? Infinity;
      if (nowMs - thrownMs < HEEDED_WITHIN_MS) continue;
      if (leadsAway(split))
        return `${name} shares requests out by ${titleOf(split)}, whose kill switch ${flag ?? ''} has been thrown for ${nowMs - thrownMs} ms`;
    }
    return undefined;
  }

  return {
    name: 'kill-switch-heeded',
    sentence:
      'A node that evaluates flags leads nobody to a version whose kill switch is thrown, with or without a leader.',
    check(view) {
      if (view.objects('TrafficSplit').size === 0) return undefined;
      look(view);
      if (thrownSinceMs.size === 0) return undefined;
      for (const [name, node] of view.nodes) {
        const found = wrongOn(view, name, node);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function keepSince(since: Map<string, number>, present: ReadonlySet<string>, nowMs: number): void {
  for (const known of since.keys()) if (!present.has(known)) since.delete(known);
  for (const name of present) if (!since.has(name)) since.set(name, nowMs);
}

function ableNodes({ nodes, processes }: WorldView): Set<string> {
  const able = new Set<string>();
  for (const { node = '', up } of processes.values()) {
    const host = nodes.get(node);
    if (up && host?.evaluatesFlags === true && host.up && host.reachable) able.add(node);
  }
  return able;
}

function leadsAway({ spec }: TrafficSplit): boolean {
  return spec.rules.some(
    ({ backends, mirror }) =>
      mirror !== undefined || backends.some(({ service, weight }) => service !== spec.service && weight > 0),
  );
}
