// What measurements come to: limits, counts, dry runs and ends in Argo Rollouts' words.
import test from 'ava';
import fc from 'fast-check';
import type { AnalysisRun } from '@gantry/api/kinds/analysis-run';
import type { AnalysisPhase } from '@gantry/api/kinds/analysis/run-status';
import { isEnded, isEndPhase } from '@gantry/api/analysis/run-phase';
import { assessed, runTime } from './assess.ts';
import { begunStatus } from './begin-run.ts';
import { nextMeasurements } from './next-measurements.ts';
import { resolveMetrics } from './resolved-metrics.ts';
import { BEGAN_MS, begunRun, testRun, webMetric } from './test-runs.ts';
import { NOT_COUNTED, withMeasurement } from './with-measurement.ts';

const STEP_MS = 10_000;

/** The run after measurements of one metric, one a step. Letters: S, F, I, E; w waits for traffic. */
function after(run: AnalysisRun, letters: string, metric = 'up', fromMs = BEGAN_MS): AnalysisRun {
  const phases: Record<string, AnalysisPhase> = {
    S: 'Successful',
    F: 'Failed',
    I: 'Inconclusive',
    E: 'Error',
  };
  return [...letters].reduce((state, letter, at) => {
    const at_ = runTime(fromMs + at * STEP_MS);
    const phase = phases[letter] ?? 'Inconclusive';
    const metadata = letter === 'w' ? { metadata: { [NOT_COUNTED]: 'x' } } : {};
    const message = letter === 'E' ? { message: 'no route' } : letter === 'w' ? { message: 'too few' } : {};
    const measurement = { phase, startedAt: at_, finishedAt: at_, value: '1', ...metadata, ...message };
    const status = withMeasurement(state, { metric, measurement }, fromMs + at * STEP_MS);
    return status === undefined ? state : { ...state, status };
  }, run);
}

const ROWS: [what: string, metric: object, letters: string, phase: string, message?: string][] = [
  ['one measurement without interval', {}, 'S', 'Successful'],
  [
    'a failure at once',
    {},
    'F',
    'Failed',
    'Metric "up" assessed Failed due to failed (1) > failureLimit (0)',
  ],
  [
    'inconclusive at once',
    {},
    'I',
    'Inconclusive',
    'Metric "up" assessed Inconclusive due to inconclusive (1) > inconclusiveLimit (0)',
  ],
  ['four errors are tried again', {}, 'EEEE', 'Running'],
  [
    'five are not',
    {},
    'EEEEE',
    'Error',
    'Metric "up" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: no route"',
  ],
  ['errors in between are forgiven', { interval: '10s', count: 5 }, 'SEEEESEEEES', 'Running'],
  ['errors do not count', { interval: '10s', count: 2 }, 'SES', 'Successful'],
  [
    'an error limit of none',
    { consecutiveErrorLimit: 0 },
    'E',
    'Error',
    'Metric "up" assessed Error due to consecutiveErrors (1) > consecutiveErrorLimit (0): "Error Message: no route"',
  ],
  ['count reached', { interval: '10s', count: 3 }, 'SSS', 'Successful'],
  ['not yet', { interval: '10s', count: 3 }, 'SS', 'Running'],
  ['failures tolerated', { interval: '10s', count: 4, failureLimit: 2 }, 'FSFS', 'Successful'],
  [
    'and no more',
    { interval: '10s', count: 4, failureLimit: 1 },
    'FSF',
    'Failed',
    'Metric "up" assessed Failed due to failed (2) > failureLimit (1)',
  ],
  ['any number of failures', { interval: '10s', count: 3, failureLimit: -1 }, 'FFF', 'Successful'],
  ['inconclusive tolerated', { interval: '10s', count: 3, inconclusiveLimit: 1 }, 'SIS', 'Successful'],
  ['no count runs on', { interval: '10s' }, 'SSSSSSSS', 'Running'],
  [
    'enough successes in a row',
    { interval: '10s', consecutiveSuccessLimit: 3, failureLimit: -1 },
    'SSFSSS',
    'Successful',
  ],
  [
    'never enough in a row',
    { interval: '10s', count: 4, consecutiveSuccessLimit: 3, failureLimit: -1 },
    'SSFS',
    'Inconclusive',
  ],
  ['no traffic is neither', { interval: '10s', count: 2 }, 'wwwwwwSww', 'Running'],
  ['traffic at last', { interval: '10s', count: 2 }, 'wwSwwS', 'Successful'],
];

for (const [what, metric, letters, phase, message] of ROWS)
  test(`${what}: ${letters} is ${phase}`, (t) => {
    const run = after(begunRun({ metrics: [webMetric('up', metric)] }), letters);
    t.is<string | undefined, string>(run.status?.phase, phase);
    t.is(run.status?.message, message);
    t.is(run.status?.completedAt !== undefined, isEnded(run));
    const again = after(run, letters);
    t.deepEqual(again, run, 'the same measurements once more change nothing');
  });

test('counters, summaries and what is kept', (t) => {
  const run = after(
    begunRun({ metrics: [webMetric('up', { interval: '10s', failureLimit: -1, inconclusiveLimit: 9 })] }),
    'SSFIEESSSSSSSww',
  );
  const [result] = run.status?.metricResults ?? [];
  t.like(result, {
    count: 11,
    successful: 9,
    failed: 1,
    inconclusive: 1,
    error: 2,
    consecutiveError: 0,
    consecutiveSuccess: 7,
    message: 'too few',
  });
  t.is(result?.measurements?.length, 10, 'ten are kept, of those that wait only the last');
  t.deepEqual(run.status?.runSummary, { count: 1 });
  const kept = after(
    begunRun({
      metrics: [webMetric('up', { interval: '10s' })],
      measurementRetention: [{ metricName: 'u.*', limit: 2 }],
    }),
    'SSSS',
  );
  t.is(kept.status?.metricResults?.[0]?.measurements?.length, 2);
});

test('a dry run ends as it will and does not count', (t) => {
  const run = begunRun({
    metrics: [webMetric('up', { interval: '10s', count: 2 }), webMetric('try')],
    dryRun: [{ metricName: 'try' }],
  });
  const failed = after(run, 'F', 'try');
  t.is(failed.status?.phase, 'Running');
  t.is(
    failed.status?.metricResults?.[0]?.message,
    'Metric assessed Failed due to failed (1) > failureLimit (0)',
  );
  const ended = after(failed, 'SS');
  t.is(ended.status?.phase, 'Successful');
  t.deepEqual(ended.status?.dryRunSummary, { count: 1, failed: 1 });
  t.deepEqual(ended.status?.runSummary, { count: 1, successful: 1 });
});

test('a failure ends the other metrics; the worst of them is the verdict', (t) => {
  const run = begunRun({
    metrics: [
      webMetric('a', { interval: '10s' }),
      webMetric('b', { interval: '10s' }),
      webMetric('c', { interval: '10s' }),
    ],
  });
  const ended = after(after(run, 'SS', 'a'), 'F', 'b');
  t.is(ended.status?.phase, 'Failed');
  t.deepEqual(
    ended.status?.metricResults?.map(({ name, phase }) => [name, phase]),
    [
      ['a', 'Successful'],
      ['b', 'Failed'],
    ],
  );
  t.deepEqual(ended.status?.runSummary, { count: 3, successful: 1, failed: 1 });
});

test('terminate ends a run with what it has found', (t) => {
  const metrics = [webMetric('up', { interval: '10s' })];
  const end = (run: AnalysisRun): AnalysisRun => {
    const told = { ...run, spec: { ...run.spec, terminate: true } };
    const resolved = resolveMetrics(told);
    if ('problem' in resolved || told.status === undefined) throw new Error('not begun');
    return { ...told, status: assessed(told, told.status, resolved.metrics, BEGAN_MS) };
  };
  t.like(end(begunRun({ metrics })).status, { phase: 'Successful', message: 'Run Terminated' });
  t.like(end(after(begunRun({ metrics }), 'SS')).status, { phase: 'Successful', message: 'Run Terminated' });
  const half = withMeasurement(
    begunRun({ metrics }),
    {
      metric: 'up',
      measurement: { phase: 'Running', startedAt: runTime(BEGAN_MS), resumeAt: runTime(BEGAN_MS + 1) },
    },
    BEGAN_MS,
  );
  const ended = end({ ...begunRun({ metrics }), ...(half === undefined ? {} : { status: half }) });
  t.like(ended.status, { phase: 'Successful', message: 'Run Terminated' });
  t.deepEqual(ended.status?.metricResults?.[0]?.measurements, [], 'half a measurement is none');
});

test('when things are due', (t) => {
  const due = (run: AnalysisRun, atMs: number) => {
    const { due: now, nextAtMs } = nextMeasurements(run, BEGAN_MS + atMs);
    return [
      now.map(({ resolved }) => resolved.name).join(),
      nextAtMs === undefined ? undefined : nextAtMs - BEGAN_MS,
    ];
  };
  const run = begunRun({
    metrics: [webMetric('up', { interval: '5s' }), webMetric('late', { initialDelay: '1m' })],
  });
  t.deepEqual(due(testRun({ metrics: [webMetric('up')] }), 0), ['', undefined], 'it has not begun');
  t.deepEqual(due(run, 0), ['up', 60_000]);
  t.deepEqual(due(run, 60_000), ['up,late', undefined]);
  const once = after(run, 'S');
  t.deepEqual(due(once, 0), ['', 5_000]);
  t.deepEqual(due(once, 5_000), ['up', 60_000]);
  t.deepEqual(due(after(run, 'F'), 60_000), ['', undefined], 'it has ended');
  const error = after(begunRun({ metrics: [webMetric('up')] }), 'E');
  t.deepEqual(due(error, 1_000), ['', 10_000], 'an error is tried again after 10 s');
  const measurement = {
    phase: 'Running',
    startedAt: runTime(BEGAN_MS),
    resumeAt: runTime(BEGAN_MS + 2_000),
  } as const;
  const going = {
    ...run,
    status: withMeasurement(run, { metric: 'up', measurement }, BEGAN_MS) ?? { phase: 'Pending' as const },
  };
  t.deepEqual(due(going, 1_000), ['', 2_000]);
  t.is(nextMeasurements(going, BEGAN_MS + 2_000).due[0]?.resume?.startedAt, measurement.startedAt);
});

test('what cannot be resolved ends at once, with the reason', (t) => {
  const run = testRun({
    metrics: [webMetric('up', { interval: '{{args.often}}' })],
    args: [{ name: 'often', value: 'now' }],
  });
  t.like(begunStatus(run, BEGAN_MS), {
    phase: 'Error',
    message:
      'Unable to resolve metric arguments: interval must be a duration such as 30s or 5m, at most 720h, is "now"',
  });
});

test('whatever is measured in whatever order: counters fit, an end is final, and something is due until then', (t) => {
  const metric = fc.record({
    failureLimit: fc.nat(2),
    inconclusiveLimit: fc.nat(2),
    consecutiveErrorLimit: fc.nat(2),
    count: fc.integer({ min: 3, max: 6 }),
  });
  const letter = fc.constantFrom(...'SFIEw');
  const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b'), letter), { maxLength: 40 });
  fc.assert(
    fc.property(metric, metric, steps, (a, b, taken) => {
      let run = begunRun({
        metrics: [webMetric('a', { ...a, interval: '1s' }), webMetric('b', { ...b, interval: '1s' })],
      });
      taken.forEach(([name, one], at) => {
        const before = run;
        run = after(run, one, name, BEGAN_MS + at * STEP_MS);
        if (isEnded(before) && run !== before) throw new Error('changed after its end');
      });
      for (const { count = 0, successful = 0, failed = 0, inconclusive = 0 } of run.status?.metricResults ??
        [])
        if (count !== successful + failed + inconclusive) return false;
      const { due, nextAtMs } = nextMeasurements(run, BEGAN_MS);
      if (isEnded(run)) return due.length === 0 && nextAtMs === undefined && isEndPhase(run.status?.phase);
      return due.length > 0 || nextAtMs !== undefined;
    }),
    { numRuns: 500 },
  );
  t.pass();
});
