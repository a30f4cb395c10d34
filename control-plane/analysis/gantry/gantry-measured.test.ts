// From readings to verdicts: windows, latencies, counts that begin anew, judges, and that what is kept stays small.
import test from 'ava';
import type { GantryMetric } from '@gantry/api/kinds/analysis/gantry-metric';
import type { AnalysisMetric } from '@gantry/api/kinds/analysis/metric';
import type { MetricResult } from '@gantry/api/kinds/analysis/run-status';
import { addLatency, rowOf, type TrafficCounter } from '@gantry/api/service-traffic';
import type { Measured } from '../measure.ts';
import { NOT_COUNTED } from '../with-measurement.ts';
import { figuresOf, type Figures, type Reading } from './figures.ts';
import { gantryMeasured } from './gantry-measured.ts';

const SECOND = 1_000;

interface Side {
  ok?: number;
  failed?: number;
  latencyMs?: number;
}

/** A metric that is measured reading by reading. */
class Metered {
  readonly #metric: AnalysisMetric;
  readonly #gantry: GantryMetric;
  #rows = { canary: rowOf({}), baseline: rowOf({}) };
  #result: MetricResult = { name: 'm', phase: 'Running' };
  #atMs = 0;

  constructor(gantry: Partial<GantryMetric>, metric: Partial<AnalysisMetric> = {}) {
    this.#gantry = { metric: 'success-rate', revision: 'abc', ...gantry };
    const provider = { gantry: this.#gantry };
    this.#metric = { name: 'm', interval: '1s', successCondition: 'result >= 0.95', provider, ...metric };
  }

  /** Time passes, requests come in, and it is measured. */
  after(seconds: number, canary: Side = {}, baseline: Side = {}): Measured {
    this.#atMs += seconds * SECOND;
    count(this.#rows.canary, canary);
    count(this.#rows.baseline, baseline);
    const reading: Reading = {
      atMs: this.#atMs,
      canary: figuresOf(this.#rows.canary, true),
      ...(this.#gantry.judge === undefined ? {} : { baseline: figuresOf(this.#rows.baseline, true) }),
    };
    const measured = gantryMeasured(this.#metric, this.#gantry, this.#result, reading);
    if (measured.metadata !== undefined)
      this.#result = { ...this.#result, metadata: { ...measured.metadata } };
    return measured;
  }

  /** Whoever counts was started again. */
  beginAnew(): void {
    this.#rows = { canary: rowOf({}), baseline: rowOf({}) };
  }

  get keptChars(): number {
    return JSON.stringify(this.#result.metadata ?? {}).length;
  }
}

function count(row: number[], { ok = 0, failed = 0, latencyMs = 20 }: Side): void {
  const by = rowOf({ answers2xx: ok, answers5xx: failed, sessions: ok + failed });
  by.forEach((value, at) => (row[at] = (row[at] ?? 0) + value));
  if (ok + failed > 0) addLatency(row, latencyMs, ok + failed);
}

test('failures are answers of 500 and above, answers that did not come, and connections that nobody took', (t) => {
  const figures = (
    counters: Partial<Record<TrafficCounter, number>>,
    isHttp: boolean,
  ): Pick<Figures, 'requests' | 'failures'> => {
    const { requests, failures } = figuresOf(rowOf(counters), isHttp);
    return { requests, failures };
  };
  const http = {
    answers2xx: 5,
    answers4xx: 2,
    answers5xx: 1,
    answerErrors: 2,
    connectErrors: 3,
    retries: 2,
    sessions: 99,
  };
  t.deepEqual(figures(http, true), { requests: 11, failures: 4 });
  t.deepEqual(figures({ sessions: 7, connectErrors: 1 }, false), { requests: 8, failures: 1 });
  t.deepEqual(
    figures({ sessions: 7 }, true),
    { requests: 0, failures: 0 },
    'requests without an answer yet say nothing',
  );
});

test('the first reading says nothing; then each measurement is what came since the last verdict', (t) => {
  const metered = new Metered({});
  const first = metered.after(10, { ok: 500, failed: 500 });
  t.like(first.measurement, { phase: 'Running', resumeAt: '1970-01-01T00:00:11.000Z' });
  t.like(metered.after(1, { ok: 99, failed: 1 }).measurement, { phase: 'Successful', value: '0.99' });
  t.like(metered.after(1, { ok: 9, failed: 1 }).measurement, {
    phase: 'Failed',
    value: '0.9',
    metadata: { requests: '10', failures: '1', seconds: '1', revision: 'abc' },
  });
});

test('too few requests add up, without a verdict; asked for, they are one', (t) => {
  const metered = new Metered({ minimumRequests: 30 });
  metered.after(0);
  for (let at = 1; at < 3; at += 1) {
    const { measurement } = metered.after(1, { ok: 10 });
    t.is(measurement.message, `not enough traffic: ${at * 10} of 30 requests to revision abc in ${at} s`);
    t.truthy(measurement.metadata?.[NOT_COUNTED]);
  }
  t.like(metered.after(1, { ok: 10 }).measurement, {
    phase: 'Successful',
    metadata: { requests: '30', seconds: '3' },
  });
  const asked = new Metered({ notEnoughTraffic: 'Inconclusive' });
  asked.after(0);
  const { measurement } = asked.after(1);
  t.is(measurement.phase, 'Inconclusive');
  t.is(measurement.metadata?.[NOT_COUNTED], undefined);
});

test('a window looks back so far and no further, and what is kept of it is bounded', (t) => {
  const metered = new Metered({ window: '30s' });
  metered.after(0);
  t.is(metered.after(1, { failed: 100 }).measurement.phase, 'Failed');
  for (let at = 0; at < 200; at += 1) metered.after(1, { ok: 100 });
  const { measurement } = metered.after(1, { ok: 100 });
  t.like(measurement, { phase: 'Successful', value: '1' });
  const seconds = Number(measurement.metadata?.['seconds']);
  t.true(seconds >= 30 && seconds <= 33, String(seconds));
  t.true(metered.keptChars < 4_000, String(metered.keptChars));
});

test('latency, request-rate and error-rate', (t) => {
  const latency = new Metered({ metric: 'latency', percentile: 50 }, { successCondition: 'result < 30' });
  latency.after(0);
  t.like(latency.after(1, { ok: 100, latencyMs: 15 }).measurement, { phase: 'Successful', value: '15' });
  t.like(latency.after(1, { ok: 100, latencyMs: 400 }).measurement, { phase: 'Failed', value: '350' });
  const rate = new Metered({ metric: 'request-rate' }, { successCondition: 'result > 10' });
  rate.after(0);
  t.like(rate.after(2, { ok: 50 }).measurement, { phase: 'Successful', value: '25' });
  t.like(rate.after(2).measurement, { phase: 'Failed', value: '0' }, 'no requests are a rate too');
  const errors = new Metered({ metric: 'error-rate' }, { successCondition: 'result < 0.05' });
  errors.after(0);
  t.like(errors.after(1, { ok: 90, failed: 10 }).measurement, { phase: 'Failed', value: '0.1' });
});

test('a count that begins anew is no success and no failure: counting goes on from there', (t) => {
  const metered = new Metered({});
  metered.after(0);
  metered.after(1, { ok: 100 });
  metered.beginAnew();
  const { measurement, anew } = metered.after(1, { failed: 3 });
  t.is(measurement.phase, 'Running');
  t.true(anew);
  t.regex(measurement.message ?? '', /began anew/);
  t.like(metered.after(1, { ok: 10 }).measurement, { phase: 'Successful', metadata: { requests: '10' } });
});

test('the sequential judge: evidence grows over intervals, survives a count that begins anew, and conditions count too', (t) => {
  const judge = { test: 'sequential' as const };
  const { successCondition: _, ...none } = { successCondition: '' };
  const metered = new Metered(
    { judge, baselineRevision: 'def' },
    { ...none, successCondition: 'result >= 0' },
  );
  metered.after(0);
  t.regex(
    metered.after(1, { ok: 5 }, { ok: 50 }).measurement.message ?? '',
    /^not enough traffic: 5 of 10 requests to revision abc, 50 of 10 requests to its baseline def$/,
  );
  t.like(metered.after(1, { ok: 20 }, { ok: 50 }).measurement, { phase: 'Successful' });
  const one = metered.after(1, { ok: 5, failed: 1 }, { ok: 50 });
  t.like(one.measurement, {
    phase: 'Successful',
    metadata: { test: 'sequential', alpha: '0.05', failures: '1', baselineFailures: '0' },
  });
  metered.beginAnew();
  metered.after(1);
  const two = metered.after(1, { ok: 10, failed: 3 }, { ok: 60 });
  t.is(two.measurement.phase, 'Failed', two.measurement.message);
  t.regex(
    two.measurement.message ?? '',
    /^worse than the baseline: 3 of 13 \(23\.08 %\) failed, of the baseline 0 of 60 \(0 %\); evidence [\d.]+ of 20 needed/,
  );
  t.true(metered.keptChars < 1_000);
  const strict = new Metered({ judge, baselineRevision: 'def' }, { successCondition: 'result >= 0.99' });
  strict.after(0);
  t.like(
    strict.after(1, { ok: 90, failed: 10 }, { ok: 90, failed: 10 }).measurement,
    { phase: 'Failed', value: '0.9' },
    'no worse than its baseline, and bad all the same',
  );
});

test('the judge of latencies: slower is failed, as slow is not', (t) => {
  const judge = { test: 'mann-whitney' as const };
  const slow = new Metered(
    { metric: 'latency', judge, baselineRevision: 'def' },
    { successCondition: 'result > 0' },
  );
  slow.after(0);
  const { measurement } = slow.after(1, { ok: 50, latencyMs: 150 }, { ok: 400, latencyMs: 15 });
  t.is(measurement.phase, 'Failed');
  t.regex(
    measurement.message ?? '',
    /^slower than the baseline: by \d+(\.\d+)? ms \(.* at 98 %\), on average 10 times as long$/,
  );
  t.like(measurement.metadata, { test: 'mann-whitney', verdict: 'high', meanRatio: '10' });
  const same = new Metered(
    { metric: 'latency', judge, baselineRevision: 'def' },
    { successCondition: 'result > 0' },
  );
  same.after(0);
  t.is(same.after(1, { ok: 50 }, { ok: 400 }).measurement.phase, 'Successful');
  const faster = new Metered(
    { metric: 'latency', judge: { ...judge, allowedIncrease: 20 }, baselineRevision: 'def' },
    { successCondition: 'result > 0' },
  );
  faster.after(0);
  t.is(
    faster.after(1, { ok: 50, latencyMs: 150 }, { ok: 400, latencyMs: 15 }).measurement.phase,
    'Successful',
    'allowed',
  );
});
