// The figures of a node's DNS, in Prometheus' form.
import { Counter, Histogram, type Registry } from 'prom-client';
import { RCODE, TYPE } from './wire.ts';

/** What the DNS of a node counts. */
export interface DnsMetrics {
  /** Answers, by type of question and result. */
  queries: Counter<'type' | 'rcode'>;
  /** Questions to others, by result: answered, failed, refused (too many were under way). */
  forwards: Counter<'result'>;
  cacheHits: Counter;
  /** From the packet that came to the one that goes. */
  querySeconds: Histogram;
  /** Packets that nobody answers, by reason. */
  drops: DropCounter;
}

/** Why a packet or connection came to nothing. */
type DropReason =
  | 'nonsense'
  | 'too-large'
  /** More from one client than its share. */
  | 'rate'
  /** More connections than there may be. */
  | 'connections'
  /** Clients do not read what they asked for. */
  | 'backlog'
  /** A resolver's answer to something that was not asked. */
  | 'wrong-answer'
  | 'failed';

const BUCKETS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 5];

/** Counts by these reasons alone. */
export interface DropCounter {
  inc(labels: { reason: DropReason }): void;
}

/** Registers the metrics; ask once per registry. */
export function createDnsMetrics(registry: Registry): DnsMetrics {
  const registers = [registry];
  const named = (suffix: string, help: string) => ({ name: `gantry_dns_${suffix}`, help, registers });
  return {
    queries: new Counter({
      ...named('queries_total', 'Answers, by type of question and result.'),
      labelNames: ['type', 'rcode'],
    }),
    forwards: new Counter({
      ...named('forwards_total', 'Questions to other resolvers, by result.'),
      labelNames: ['result'],
    }),
    cacheHits: new Counter(named('cache_hits_total', 'Answers of others that were still known.')),
    querySeconds: new Histogram({
      ...named('query_seconds', 'From the packet that came to the one that goes.'),
      buckets: BUCKETS,
    }),
    drops: new Counter({
      ...named('drops_total', 'Packets that nobody answers, by reason.'),
      labelNames: ['reason'],
    }),
  };
}

/** Few words for many numbers, so that clients cannot make series. */
export function labelsOf(type: number, rcode: number): { type: string; rcode: string } {
  const nameIn = (names: object, number: number): string =>
    Object.entries(names).find(([, value]) => value === number)?.[0] ?? 'other';
  return { type: nameIn(TYPE, type), rcode: nameIn(RCODE, rcode) };
}
