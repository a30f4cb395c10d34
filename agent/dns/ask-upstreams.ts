// Asks other resolvers one question: one after the other, in bounded time, those that answered of late first.
import { withinTime } from '@gantry/kit/within-time';
import type { Clock } from '@gantry/kit/clock';
import type { Random } from '@gantry/kit/random';
import type { DnsMetrics } from './dns-metrics.ts';
import type { Query } from './read-query.ts';
import { isAnswerTo, isTruncated, rcodeOf, writeUpstreamQuery } from './upstream-message.ts';
import { RCODE } from './wire.ts';

/** Another resolver. */
export interface Upstream {
  address: string;
  port: number;
}

/** One question on its way. */
export interface UpstreamQuestion {
  packet: Buffer;
  /** What is no answer is passed over. */
  isAnswer: (packet: Buffer) => boolean;
}

/** Carries a question to a resolver. Rejects when the signal is aborted, or nothing can be had from there. */
export interface UpstreamSockets {
  askUdp(upstream: Upstream, question: UpstreamQuestion, signal: AbortSignal): Promise<Buffer>;
  askTcp(upstream: Upstream, question: UpstreamQuestion, signal: AbortSignal): Promise<Buffer>;
}

export interface AskUpstreamsDeps {
  clock: Clock;
  random: Random;
  sockets: UpstreamSockets;
  /** In the order in which they are to be asked; looked at for each question. */
  upstreams: () => readonly Upstream[];
  metrics: DnsMetrics;
}

/** Asks until there is an answer; undefined when nobody gives one. */
export type AskUpstreams = (query: Query, signal: AbortSignal) => Promise<Buffer | undefined>;

/** Resolvers in programs ask again after 5 s: by then we are to have tried another one. */
const UDP_TIMEOUT_MS = 1_500;
const TCP_TIMEOUT_MS = 3_000;
const ROUNDS = 2;
/** For how long a resolver that did not answer is asked last. */
const AVOIDED_MS = 10_000;
const AVOIDED_MAX = 16;
const ID_VALUES = 65_536;
/** Others may do better. */
const FAILURES: readonly number[] = [RCODE.serverFailure, RCODE.notImplemented, RCODE.refused];

export function createAskUpstreams(deps: AskUpstreamsDeps): AskUpstreams {
  const { clock } = deps;
  const avoidedUntilMs = new Map<string, number>();
  const isAvoided = ({ address }: Upstream): boolean => (avoidedUntilMs.get(address) ?? 0) > clock.nowMs();
  const avoid = ({ address }: Upstream): void => {
    if (avoidedUntilMs.size >= AVOIDED_MAX) avoidedUntilMs.clear();
    avoidedUntilMs.set(address, clock.nowMs() + AVOIDED_MS);
  };
  return async (query, signal) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const upstreams = deps.upstreams().toSorted((a, b) => Number(isAvoided(a)) - Number(isAvoided(b)));
      let failure: Buffer | undefined;
      for (const upstream of upstreams) {
        if (signal.aborted) return undefined;
        const answer = await askOne(deps, upstream, query, signal).catch(() => undefined);
        if (answer === undefined) avoid(upstream);
        else if (FAILURES.includes(rcodeOf(answer))) failure = answer;
        else return answer;
      }
      // Whoever said no says so again.
      if (failure !== undefined) return failure;
    }
    return undefined;
  };
}

async function askOne(
  { clock, random, sockets, metrics }: AskUpstreamsDeps,
  upstream: Upstream,
  query: Query,
  signal: AbortSignal,
): Promise<Buffer> {
  const packet = writeUpstreamQuery(query, Math.floor(random.next() * ID_VALUES));
  const isAnswer = (answer: Buffer): boolean => {
    const isOne = isAnswerTo(packet, answer);
    if (!isOne) metrics.drops.inc({ reason: 'wrong-answer' });
    return isOne;
  };
  const question = { packet, isAnswer };
  const answer = await withinTime({ clock, timeoutMs: UDP_TIMEOUT_MS, signal }, (own) =>
    sockets.askUdp(upstream, question, own),
  );
  if (!isTruncated(answer)) return answer;
  return withinTime({ clock, timeoutMs: TCP_TIMEOUT_MS, signal }, (own) =>
    sockets.askTcp(upstream, question, own),
  );
}
