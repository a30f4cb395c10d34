// Nothing grows without limit.
import type { Bounds } from './bounds.ts';
import type { Invariant, ProcessView } from './world-view.ts';

type Limits = Pick<Bounds, 'queuedMax' | 'watchesMax' | 'pendingTimersMax' | 'storeKeysMax' | 'eventsMax'>;

/** Queues, watches and timers of every process; keys and Events of the store. */
export function createBounded(limits: Limits): Invariant {
  return {
    name: 'bounded',
    sentence:
      'Queues, watches and timers of every process, keys and Events in the store stay below stated limits.',
    check(view) {
      for (const [name, process] of view.processes) {
        const over = overIn(process, limits);
        if (over !== undefined) return `${name} has ${over}`;
      }
      if (view.storeKeys > limits.storeKeysMax)
        return `the store has ${view.storeKeys} keys, of ${limits.storeKeysMax} at most`;
      const events = view.objects('Event').size;
      return events > limits.eventsMax
        ? `the store has ${events} Events, of ${limits.eventsMax} at most`
        : undefined;
    },
  };
}

function overIn({ queued, watches, pendingTimers }: ProcessView, limits: Limits): string | undefined {
  if (queued > limits.queuedMax)
    return `${queued} keys, events and writes waiting, of ${limits.queuedMax} at most`;
  if (watches > limits.watchesMax) return `${watches} watches open, of ${limits.watchesMax} at most`;
  return pendingTimers > limits.pendingTimersMax
    ? `${pendingTimers} timers set, of ${limits.pendingTimersMax} at most`
    : undefined;
}
