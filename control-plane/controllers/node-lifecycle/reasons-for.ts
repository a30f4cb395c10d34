// Why a node is treated as it is: the reasons of a plan. Pure.
import type { Eviction } from './evictions.ts';
import type { Health } from './health.ts';
import type { Sentence } from './node-taints.ts';
import type { Observed } from './observed.ts';
import type { NodeReason } from './reasons.ts';
import { isWaiting, waitMs } from './survey.ts';

/** What a pass came to. */
interface Decided {
  health: Health;
  sentence: Sentence;
  evictions: readonly Eviction[];
  /** Pods that leave in this pass. */
  due: number;
}

export function reasonsFor(observed: Observed, decided: Decided, nowMs: number): NodeReason[] {
  return [
    ...healthReasons(observed, decided.health, nowMs),
    ...sentenceReasons(observed, decided, nowMs),
    ...evictionReasons(decided, nowMs),
  ];
}

function evictionReasons({ evictions, due }: Decided, nowMs: number): NodeReason[] {
  const later = evictions.filter(({ dueMs }) => dueMs > nowMs).map(({ dueMs }) => dueMs - nowMs);
  return [
    ...(due > 0 ? [{ type: 'evicting' as const, pods: due }] : []),
    ...(later.length > 0
      ? [{ type: 'evicting-soon' as const, pods: later.length, inMs: Math.min(...later) }]
      : []),
  ];
}

/** Why a node that is away is not condemned. */
function sentenceReasons(
  { node, zone }: Observed,
  { health, sentence }: Decided,
  nowMs: number,
): NodeReason[] {
  if (sentence === 'condemned' || !isWaiting({ health, isCondemned: false })) return [];
  if (sentence === 'let-off') return [{ type: 'none-ready' }];
  const inMs = waitMs(zone, node.metadata.name ?? '', nowMs);
  return inMs === Infinity
    ? [{ type: 'zone-disrupted', zone: zone.name, away: zone.unready, of: zone.size }]
    : [{ type: 'awaiting-turn', zone: zone.name, inMs }];
}

function healthReasons({ heardAtMs, anyHeardAtMs }: Observed, health: Health, nowMs: number): NodeReason[] {
  switch (health) {
    case 'ready':
      return [];
    case 'lost':
      return [{ type: 'lost', silentMs: nowMs - heardAtMs }];
    case 'unheard':
      return [{ type: 'all-silent', silentMs: nowMs - anyHeardAtMs }];
    case 'not-ready':
      return [{ type: 'not-ready' }];
    case 'returning':
    case 'starting':
      return [{ type: 'awaiting-report' }];
  }
}
