// Controller and measuring together over real resources: from a run to its verdict, whoever leads.
import test from 'ava';
import { analysisRunKind, type AnalysisRun } from '@gantry/api/kinds/analysis-run';
import { secretKind } from '@gantry/api/kinds/secret';
import { serviceKind } from '@gantry/api/kinds/service';
import { addLatency, rowOf } from '@gantry/api/service-traffic';
import { analysisRunController } from '../controllers/analysis-run/analysis-run-controller.ts';
import { given, startTestEngine, type TestEngine } from '../engine/test-engine.ts';
import { TrafficTotals } from '../traffic/traffic-totals.ts';
import { createGantryMeasure } from './gantry/measure-gantry.ts';
import type { Measure } from './measure.ts';
import { runMeasuring } from './run-measuring.ts';
import { testRun, webMetric } from './test-runs.ts';

/** Starts controller and measuring; call the result to end this leader. */
function lead(engine: TestEngine, measure: Measure, looks: string[] = []): () => Promise<void> {
  const stopController = engine.run(analysisRunController());
  const stop = new AbortController();
  const deps = { ...engine.engine, measure, onLook: (key: string) => looks.push(key) };
  const measuring = runMeasuring(deps, stop.signal);
  return async () => {
    stop.abort();
    await Promise.all([measuring, stopController()]);
  };
}

const runOf = (engine: TestEngine, name = 'run'): AnalysisRun | undefined =>
  engine.cache.get(analysisRunKind, { namespace: 'default', name });
const answers =
  (...values: (number | Error)[]): Measure =>
  () => {
    const value = values.length > 1 ? values.shift() : values[0];
    if (value instanceof Error) return Promise.reject(value);
    return Promise.resolve({
      measurement: { phase: value === 1 ? 'Successful' : 'Failed', value: String(value) },
    });
  };

async function pass(engine: TestEngine, ms: number): Promise<void> {
  await engine.still();
  engine.clock.advance(ms);
  await engine.still();
}

test('a good run is measured as often as it says and succeeds', async (t) => {
  const engine = await startTestEngine();
  const stop = lead(engine, answers(1));
  await given(engine, analysisRunKind, testRun({ metrics: [webMetric('up', { interval: '1s', count: 3 })] }));
  for (let at = 0; at < 3; at += 1) await pass(engine, 1_000);
  const { status } = runOf(engine) ?? {};
  t.like(status, { phase: 'Successful', runSummary: { count: 1, successful: 1 } });
  t.is(status?.metricResults?.[0]?.count, 3);
  t.true((await engine.toldEvents()).some(({ reason }) => reason === 'AnalysisRunSuccessful'));
  await stop();
  await engine.close();
});

test('a bad run fails; a provider that is down is tried again and then an error', async (t) => {
  const engine = await startTestEngine();
  const stop = lead(engine, answers(new Error('metrics.test cannot be reached'), 0));
  await given(engine, analysisRunKind, testRun({ metrics: [webMetric('up')] }));
  await pass(engine, 10_000);
  t.is(runOf(engine)?.status?.message, 'Metric "up" assessed Failed due to failed (1) > failureLimit (0)');
  await stop();
  const down = lead(engine, answers(new Error('metrics.test cannot be reached')));
  await given(engine, analysisRunKind, testRun({ metrics: [webMetric('up')] }, { name: 'down' }));
  for (let at = 0; at < 5; at += 1) await pass(engine, 10_000);
  t.like(runOf(engine, 'down')?.status, {
    phase: 'Error',
    message:
      'Metric "up" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: metrics.test cannot be reached"',
  });
  await down();
  await engine.close();
});

test('what comes from a Secret is sent and kept nowhere; one that is missing is an error by name', async (t) => {
  const engine = await startTestEngine();
  const sent: string[] = [];
  const stop = lead(engine, ({ metric }) => {
    sent.push(metric.provider.web?.url ?? '');
    return Promise.reject(new Error(`${metric.provider.web?.url ?? ''} cannot be reached`));
  });
  const metrics = [webMetric('up', { provider: { web: { url: 'http://a.test/?t={{args.token}}' } } })];
  const args = [{ name: 'token', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }];
  await given(engine, analysisRunKind, testRun({ metrics, args }));
  await pass(engine, 10_000);
  t.is(runOf(engine)?.status?.metricResults?.[0]?.message, 'args.token: there is no Secret s');
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'default' } };
  await given(engine, secretKind, { ...secret, stringData: { k: 'hunter2!' } });
  await pass(engine, 10_000);
  t.deepEqual(sent, ['http://a.test/?t=hunter2!']);
  t.regex(runOf(engine)?.status?.metricResults?.[0]?.message ?? '', /t=\[from a Secret\] cannot/);
  t.false(JSON.stringify([runOf(engine), engine.logs, await engine.toldEvents()]).includes('hunter2'));
  await stop();
  await engine.close();
});

/** Requests to two revisions of `web`, as nodes would report them. */
function traffic(engine: TestEngine) {
  const totals = new TrafficTotals();
  const rows = { good: rowOf({}), bad: rowOf({}) };
  return {
    add(revision: keyof typeof rows, ok: number, failed: number): void {
      const row = rows[revision];
      for (const [at, by] of rowOf({ answers2xx: ok, answers5xx: failed, sessions: ok + failed }).entries())
        row[at] = (row[at] ?? 0) + by;
      addLatency(row, 20, ok + failed);
    },
    sums: () => {
      const series = Object.entries(rows).map(([revision, row]) => ({
        service: 'default/web',
        revision,
        row: [...row],
      }));
      totals.merge('n1', { incarnation: 'i', series }, () => true);
      return Promise.resolve({ sums: totals.sums(), atMs: engine.clock.nowMs() });
    },
  };
}

const SERVICE = {
  ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'default' } },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }] },
};
const gantry = (change: object = {}) => ({
  name: 'rate',
  interval: '1s',
  failureCondition: 'result < 0.95',
  provider: {
    gantry: { metric: 'success-rate', service: 'web', revision: 'bad', minimumRequests: 20, ...change },
  },
});

test('what the proxies count: too few requests wait, enough decide, and a new leader goes on', async (t) => {
  const engine = await startTestEngine();
  const source = traffic(engine);
  await given(engine, serviceKind, SERVICE);
  const measure = createGantryMeasure({ traffic: source, cache: engine.cache });
  source.add('bad', 100, 100);
  let stop = lead(engine, measure);
  await given(engine, analysisRunKind, testRun({ metrics: [gantry()] }));
  await pass(engine, 1_000);
  t.is(
    runOf(engine)?.status?.metricResults?.[0]?.measurements?.[0]?.phase,
    'Inconclusive',
    'what came before does not count',
  );
  source.add('bad', 15, 0);
  await pass(engine, 1_000);
  t.is(
    runOf(engine)?.status?.metricResults?.[0]?.message,
    'not enough traffic: 15 of 20 requests to revision bad in 2 s',
  );
  await stop();
  stop = lead(engine, measure);
  source.add('bad', 4, 1);
  await pass(engine, 1_000);
  t.like(runOf(engine)?.status?.metricResults?.[0], { count: 1, successful: 1 }, '19 of 20 are just enough');
  source.add('bad', 10, 10);
  await pass(engine, 1_000);
  t.like(runOf(engine)?.status, {
    phase: 'Failed',
    message: 'Metric "rate" assessed Failed due to failed (1) > failureLimit (0)',
  });
  t.like(runOf(engine)?.status?.metricResults?.[0]?.measurements?.at(-1), {
    value: '0.5',
    metadata: { requests: '20', failures: '10', seconds: '1', revision: 'bad' },
  });
  await stop();
  await engine.close();
});

test('the judge fails a revision that is worse than its baseline, and no other', async (t) => {
  const engine = await startTestEngine();
  const source = traffic(engine);
  await given(engine, serviceKind, SERVICE);
  const stop = lead(engine, createGantryMeasure({ traffic: source, cache: engine.cache }));
  const judge = { test: 'sequential' };
  const metric = (revision: string, baselineRevision: string) => {
    const { failureCondition: _, ...rest } = gantry({ revision, baselineRevision, judge });
    return { metrics: [rest] };
  };
  await given(engine, analysisRunKind, testRun(metric('bad', 'good'), { name: 'worse' }));
  await given(engine, analysisRunKind, testRun(metric('good', 'bad'), { name: 'better' }));
  for (let at = 0; at < 4; at += 1) {
    source.add('good', 79, 1);
    source.add('bad', 10, 10);
    await pass(engine, 1_000);
  }
  t.is(runOf(engine, 'worse')?.status?.phase, 'Failed');
  t.regex(
    runOf(engine, 'worse')?.status?.metricResults?.[0]?.message ?? '',
    /^worse than the baseline: \d+ of \d+ \(50 %\) failed, of the baseline \d+ of \d+ \(1.25 %\); evidence .* of 20 needed \(alpha 0.05\)$/,
  );
  t.is(runOf(engine, 'better')?.status?.phase, 'Running');
  t.true((runOf(engine, 'better')?.status?.metricResults?.[0]?.successful ?? 0) >= 2);
  await stop();
  await engine.close();
});

test('terminate and deletion end a run; ttlStrategy takes it away', async (t) => {
  const engine = await startTestEngine();
  const stop = lead(engine, answers(1));
  const spec = {
    metrics: [webMetric('up', { interval: '1s' })],
    ttlStrategy: { secondsAfterCompletion: 60 },
  };
  await given(engine, analysisRunKind, testRun(spec));
  await pass(engine, 1_000);
  t.is(runOf(engine)?.status?.phase, 'Running');
  const terminated = (run: object) =>
    ({ ...run, spec: { ...(run as AnalysisRun).spec, terminate: true } }) as AnalysisRun;
  const key = { namespace: 'default', name: 'run' };
  await engine.resources.update(analysisRunKind, key, 'main', terminated, engine.context());
  await engine.still();
  t.like(runOf(engine)?.status, { phase: 'Successful', message: 'Run Terminated' });
  await pass(engine, 59_000);
  t.truthy(runOf(engine));
  await pass(engine, 2_000);
  t.is(runOf(engine), undefined);
  await stop();
  await engine.close();
});

test('10,000 runs that have ended cost nothing: no pass, no look, no timer, no write', async (t) => {
  const engine = await startTestEngine();
  const ended = {
    phase: 'Successful' as const,
    startedAt: '2026-01-01T00:00:00.000Z',
    completedAt: '2026-01-01T00:00:01.000Z',
  };
  const ENDED = 10_000;
  for (let at = 0; at < ENDED; at += 100)
    await Promise.all(
      Array.from({ length: 100 }, async (_, of) => {
        const run = testRun({ metrics: [webMetric('up', { interval: '1s' })] }, { name: `run-${at + of}` });
        await engine.resources.create(analysisRunKind, run, engine.context());
        const key = { namespace: 'default', name: `run-${at + of}` };
        const end = (object: object) => ({ ...object, status: ended }) as unknown as AnalysisRun;
        await engine.resources.update(analysisRunKind, key, 'status', end, engine.context());
      }),
    );
  await engine.cache.waitForNewest();
  const looks: string[] = [];
  const timers = engine.clock.pending;
  const stop = lead(engine, answers(1), looks);
  const passes = async (): Promise<number> => {
    const metric = await engine.registry.getSingleMetric('gantry_controller_passes_total')?.get();
    return (metric?.values ?? []).reduce((sum, { value }) => sum + value, 0);
  };
  await engine.still();
  const first = await passes();
  t.is(first, ENDED, 'a new leader looks at each once');
  const { revision } = engine.cache;
  t.is(engine.clock.pending, timers);
  for (let minute = 0; minute < 60; minute += 1) engine.clock.advance(60_000);
  await engine.still();
  t.is(await passes(), first);
  t.deepEqual(looks, []);
  t.is(engine.cache.revision, revision);
  await stop();
  await engine.close();
});
