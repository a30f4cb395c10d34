// What of a revision's traffic is judged: requests, failures and latencies, and how they are kept as text. Pure.
import { bucketsOf, counterOf, latencySumMs, type TrafficRow } from '@gantry/api/service-traffic';
import { isList, isMap } from '@gantry/api/json-value';

/** Numbers that only grow, unless whoever counts them begins anew. */
export interface Figures {
  requests: number;
  failures: number;
  latencySumMs: number;
  buckets: readonly number[];
}

/** Of one moment. */
export interface Reading {
  atMs: number;
  canary: Figures;
  baseline?: Figures;
}

/** Nothing. */
export const NO_FIGURES: Figures = { requests: 0, failures: 0, latencySumMs: 0, buckets: [] };

/**
 * The figures of a row.
 *
 * @param isHttp whether requests can be told apart; else connections are counted.
 */
export function figuresOf(row: TrafficRow, isHttp: boolean): Figures {
  const count = (counter: Parameters<typeof counterOf>[1]): number => counterOf(row, counter);
  // A try to connect that failed is tried again, elsewhere if it can be: what is left over has failed.
  const refused = Math.max(0, count('connectErrors') - count('retries'));
  const answered =
    count('answers1xx') +
    count('answers2xx') +
    count('answers3xx') +
    count('answers4xx') +
    count('answers5xx') +
    count('answersOther');
  const unanswered = count('answerErrors') + refused;
  return {
    requests: isHttp ? answered + unanswered : count('sessions') + refused,
    failures: isHttp ? count('answers5xx') + unanswered : unanswered,
    latencySumMs: Math.round(latencySumMs(row)),
    buckets: bucketsOf(row),
  };
}

/** Both together. */
export function added(a: Figures, b: Figures): Figures {
  return combined(a, b, (one, two) => one + two);
}

/** What has come since. */
export function since(now: Figures, before: Figures): Figures {
  return combined(now, before, (one, two) => Math.max(0, one - two));
}

/** Whether the count has begun anew: something is less than before. */
export function isBelow(now: Figures | undefined, before: Figures | undefined): boolean {
  if (before === undefined) return false;
  return (now?.requests ?? 0) < before.requests || (now?.failures ?? 0) < before.failures;
}

function combined(a: Figures, b: Figures, by: (a: number, b: number) => number): Figures {
  const buckets = Array.from({ length: Math.max(a.buckets.length, b.buckets.length) }, (_, at) =>
    by(a.buckets[at] ?? 0, b.buckets[at] ?? 0),
  );
  return {
    requests: by(a.requests, b.requests),
    failures: Math.min(by(a.requests, b.requests), by(a.failures, b.failures)),
    latencySumMs: by(a.latencySumMs, b.latencySumMs),
    buckets,
  };
}

/** As it is kept in status. */
export function readingJson({ atMs, canary, baseline }: Reading): unknown {
  return { at: atMs, c: numbersOf(canary), ...(baseline === undefined ? {} : { b: numbersOf(baseline) }) };
}

/** As it was kept; undefined when it is none. */
export function readingOf(value: unknown): Reading | undefined {
  if (!isMap(value) || typeof value['at'] !== 'number') return undefined;
  const canary = figuresFrom(value['c']);
  const baseline = figuresFrom(value['b']);
  if (canary === undefined) return undefined;
  return { atMs: value['at'], canary, ...(baseline === undefined ? {} : { baseline }) };
}

function numbersOf({ requests, failures, latencySumMs: sum, buckets }: Figures): number[] {
  const last = buckets.findLastIndex((count) => count > 0);
  return [requests, failures, sum, ...buckets.slice(0, last + 1)];
}

function figuresFrom(value: unknown): Figures | undefined {
  if (!isList(value) || !value.every((number): number is number => typeof number === 'number'))
    return undefined;
  const [requests = 0, failures = 0, sum = 0, ...buckets] = value;
  return { requests, failures, latencySumMs: sum, buckets };
}
