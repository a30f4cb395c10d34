// Hybrid clocks keep what messages say of cause and effect.
import { compareHybrid, formatHybrid, type HybridTime } from '@gantry/kit/hybrid-time';
import type { ClockMessage, Invariant } from './world-view.ts';

/** A replica does not go by a clock that is far ahead, and says so; the agent steps back then. */
export function createClocksFollowMessages(): Invariant {
  const sent = new WeakMap<object, HybridTime>();
  const heard = new Map<string, HybridTime>();

  function brokenBy({ type, client, exchange, time, isMarked }: ClockMessage): string | undefined {
    const told = `${client} ${type === 'sent' ? 'sends' : 'hears'} ${formatHybrid(time)}`;
    if (type === 'sent') {
      sent.set(exchange, time);
      const before = heard.get(client);
      if (before === undefined || compareHybrid(before, time) < 0) return undefined;
      return `${told}, after it had heard ${formatHybrid(before)}`;
    }
    heard.set(client, time);
    const asked = sent.get(exchange);
    if (isMarked || asked === undefined || compareHybrid(asked, time) < 0) return undefined;
    return `${told}, in answer to ${formatHybrid(asked)}`;
  }

  return {
    name: 'clocks-follow-messages',
    sentence:
      'An answer is later than its request, and what an agent does next is later than the answer, by hybrid time, unless a clock is so far ahead that it is not gone by.',
    check({ clockMessages }) {
      for (const message of clockMessages) {
        const broken = brokenBy(message);
        if (broken !== undefined) return broken;
      }
      return undefined;
    },
  };
}
