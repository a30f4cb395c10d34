// What goes by age or number, namespace by namespace: Events that nobody will read any more, and pods that ended long
// ago beyond the number that is kept.
import { eventKind, type Event } from '@gantry/api/kinds/event';
import { namespaceKind, type Namespace } from '@gantry/api/kinds/namespace';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { AnyObject } from '@gantry/api/meta';
import type { KindDefinition } from '@gantry/api/definition';
import { timeMs } from '@gantry/kit/time-text';
import type { Action, Controller, Plan, PlanInputs } from '../../engine/controller.ts';
import { ownTrigger } from '../../engine/triggers.ts';
import { counted } from '../counted.ts';
import { byAge, createdAtMs, isDeleting, isFinished } from '../pod-condition.ts';

/** Events are kept this long after they were last seen, as in Kubernetes. */
export const EVENT_TTL_MS = 3_600_000;
/** Finished pods that are kept per namespace; the oldest beyond go. */
export const FINISHED_PODS_MAX = 1000;
/** Objects removed in one pass; a pass that removes all it may is followed by another one. */
export const REMOVALS_PER_PASS_MAX = 400;
/** A namespace is looked over at most this often, so that Events go in batches. */
const LOOK_INTERVAL_MIN_MS = 60_000;
const LOOK_INTERVAL_MAX_MS = 600_000;
const NEXT_BATCH_MS = 1_000;

/** The closed union of reasons. */
export type ExpiryReason =
  { type: 'events-expired'; events: number } | { type: 'too-many-finished-pods'; pods: number };

interface Observed {
  namespace: Namespace;
  events: readonly Event[];
  finishedPods: readonly Pod[];
}

/** Pure: the same observation and time give the same plan. */
export function planExpiry(
  { events, finishedPods }: Observed,
  { nowMs }: Pick<PlanInputs, 'nowMs'>,
): Plan & {
  reasons: readonly ExpiryReason[];
} {
  const expired = events
    .filter((event) => expiresAtMs(event, nowMs) <= nowMs)
    .slice(0, REMOVALS_PER_PASS_MAX);
  const kept = finishedPods.filter((pod) => !isDeleting(pod));
  const surplus = kept.toSorted(byAge).slice(0, Math.max(0, kept.length - FINISHED_PODS_MAX));
  const removed = surplus.slice(0, REMOVALS_PER_PASS_MAX);
  return {
    actions: [
      ...expired.map((event) => removal(eventKind, event, 'older than an hour')),
      ...removed.map((pod) => removal(podKind, pod, 'more finished pods than are kept')),
    ],
    recheckAfterMs: recheckAfterMs(events, expired.length, nowMs),
    reasons: [
      ...(expired.length === 0 ? [] : [{ type: 'events-expired' as const, events: expired.length }]),
      ...(removed.length === 0 ? [] : [{ type: 'too-many-finished-pods' as const, pods: removed.length }]),
    ],
  };
}

/** The reason as a sentence. */
export function describe(reason: ExpiryReason): string {
  switch (reason.type) {
    case 'events-expired':
      return `removing ${counted(reason.events, 'Event')} older than an hour`;
    case 'too-many-finished-pods':
      return `removing the ${counted(reason.pods, 'oldest finished pod')}: ${FINISHED_PODS_MAX} are kept in a namespace`;
  }
}

/** A time from another machine that lies in the future would keep an Event for ever: its creation counts then. */
function expiresAtMs(event: Event, nowMs: number): number {
  const told = event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime;
  const lastSeenMs = timeMs(told) ?? 0;
  return Math.max(createdAtMs(event), lastSeenMs <= nowMs ? lastSeenMs : 0) + EVENT_TTL_MS;
}

function recheckAfterMs(events: readonly Event[], expired: number, nowMs: number): number {
  if (expired === REMOVALS_PER_PASS_MAX) return NEXT_BATCH_MS;
  let soonestMs = nowMs + LOOK_INTERVAL_MAX_MS;
  for (const event of events) {
    const atMs = expiresAtMs(event, nowMs);
    if (atMs > nowMs && atMs < soonestMs) soonestMs = atMs;
  }
  return Math.max(LOOK_INTERVAL_MIN_MS, soonestMs - nowMs);
}

function removal(definition: KindDefinition, object: AnyObject, reason: string): Action {
  const { namespace = '', name = '', uid = '' } = object.metadata;
  return {
    type: 'delete',
    ref: { definition, namespace, name, uid },
    propagationPolicy: 'Background',
    reason,
  };
}

export const expiryController: Controller<Observed> = {
  name: 'expiry',
  definition: namespaceKind,
  triggers: [ownTrigger(namespaceKind)],
  observe(cache, { name }) {
    const namespace = cache.get(namespaceKind, { namespace: '', name });
    if (namespace === undefined) return undefined;
    const finishedPods = cache.list(podKind, name).filter(isFinished);
    return { namespace, events: cache.list(eventKind, name), finishedPods };
  },
  plan: planExpiry,
  primary: ({ namespace }) => namespace,
  describe: (reason) => describe(reason as ExpiryReason),
};
