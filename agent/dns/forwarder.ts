// Answers of the host's resolvers: from what is still known, or by asking, each question once however many ask it, and
// a bounded number at a time.
import { setMaxListeners } from 'node:events';
import type { Clock } from '@gantry/kit/clock';
import { AnswerCache, questionKey } from './answer-cache.ts';
import type { AskUpstreams } from './ask-upstreams.ts';
import type { DnsMetrics } from './dns-metrics.ts';
import type { Query } from './read-query.ts';

export interface ForwarderDeps {
  clock: Clock;
  askUpstreams: AskUpstreams;
  metrics: DnsMetrics;
}

export interface Forwarder {
  /** @returns the answer, with an id of ours; undefined when nobody answers, or too much is under way. */
  ask(query: Query): Promise<Buffer | undefined>;
  /** Gives up what is under way. */
  close(): void;
}

/** Different questions at a time; each has a socket. */
export const FORWARDS_MAX = 512;

/** A forwarder with an empty cache. */
export function createForwarder({ clock, askUpstreams, metrics }: ForwarderDeps): Forwarder {
  const cache = new AnswerCache(clock);
  const inFlight = new Map<string, Promise<Buffer | undefined>>();
  const end = new AbortController();
  // One for each question under way: they are bounded here.
  setMaxListeners(0, end.signal);

  const askOnce = async (key: string, query: Query): Promise<Buffer | undefined> => {
    try {
      const answer = await askUpstreams(query, end.signal);
      metrics.forwards.inc({ result: answer === undefined ? 'failed' : 'answered' });
      if (answer !== undefined) cache.set(key, answer);
      return answer;
    } finally {
      inFlight.delete(key);
    }
  };

  return {
    async ask(query) {
      const key = questionKey(query);
      const known = cache.get(key);
      if (known !== undefined) {
        metrics.cacheHits.inc();
        return known;
      }
      const running = inFlight.get(key);
      if (running !== undefined) return running;
      if (inFlight.size >= FORWARDS_MAX || end.signal.aborted) {
        metrics.forwards.inc({ result: 'refused' });
        return undefined;
      }
      const asked = askOnce(key, query);
      inFlight.set(key, asked);
      return asked;
    },
    close: () => end.abort(new Error('the DNS server stops')),
  };
}
