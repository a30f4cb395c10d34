// From a client's packet to the packet that it gets: its share, the names of the cluster, others where they are needed.
import type { Clock } from '@gantry/kit/clock';
import { answerQuery, refuse, type AnswerDeps, type Outcome } from './answer-query.ts';
import { ClientShares } from './client-shares.ts';
import { labelsOf, type DnsMetrics } from './dns-metrics.ts';
import type { Forwarder } from './forwarder.ts';
import type { Query } from './read-query.ts';
import { aboutName, chasedAnswer, forClient, rcodeOf } from './upstream-message.ts';
import { RCODE } from './wire.ts';
import type { Transport } from './write-answer.ts';

export interface HandlerDeps extends AnswerDeps {
  clock: Clock;
  forwarder: Pick<Forwarder, 'ask'>;
  metrics: DnsMetrics;
}

/**
 * Answers packets. What the cluster knows is answered at once, so that it never waits behind what others know.
 *
 * @returns undefined when nobody is to answer.
 */
export type QueryHandler = (
  packet: Buffer,
  client: string,
  transport: Transport,
) => Buffer | undefined | Promise<Buffer | undefined>;

/** Answers that are ready. */
interface Ready {
  packet: Buffer;
  rcode: number;
}

export function createQueryHandler(deps: HandlerDeps): QueryHandler {
  const { clock, metrics } = deps;
  const shares = new ClientShares(clock);
  return (packet, client, transport) => {
    // First, and cheaply: a flood is not even read.
    if (!shares.tryAsk(client)) return dropped(metrics, 'rate');
    const startedAtMs = clock.nowMs();
    const count = ({ packet: answer, rcode }: Ready, type: number): Buffer => {
      metrics.queries.inc(labelsOf(type, rcode));
      metrics.querySeconds.observe((clock.nowMs() - startedAtMs) / 1_000);
      return answer;
    };
    const outcome = answerQuery(deps, packet, transport);
    if (outcome.type === 'drop') return dropped(metrics, 'nonsense');
    if (outcome.type === 'answer') return count(outcome, outcome.queryType);
    const { query } = outcome;
    const done = shares.tryForward(client);
    if (done === undefined) return count(refuse(query, RCODE.serverFailure), query.question.type);
    return askOthers(deps, outcome, transport)
      .then((ready) => count(ready, query.question.type))
      .finally(done);
  };
}

async function askOthers(
  { forwarder }: HandlerDeps,
  outcome: Outcome & { type: 'forward' | 'chase' },
  transport: Transport,
): Promise<Ready> {
  const { query } = outcome;
  if (!query.isRecursive) return refuse(query, RCODE.refused);
  const asked: Query | undefined = outcome.type === 'chase' ? aboutName(query, outcome.target) : query;
  const answer = asked && (await forwarder.ask(asked));
  if (answer === undefined) return refuse(query, RCODE.serverFailure);
  if (outcome.type === 'chase') return chasedAnswer(outcome, answer, transport);
  return { packet: forClient(answer, query, transport), rcode: rcodeOf(answer) };
}

function dropped(metrics: DnsMetrics, reason: 'rate' | 'nonsense'): undefined {
  metrics.drops.inc({ reason });
  return undefined;
}
