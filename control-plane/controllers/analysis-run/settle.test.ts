// Runs whose metrics are Jobs, in a toy world with Jobs that end, are deleted, and a controller that dies between any two writes: never
// two Jobs for one measurement, none left running once the run has ended, and the run does end.
import test from 'ava';
import fc from 'fast-check';
import { isEnded } from '@gantry/api/analysis/run-phase';
import { analysisRunKind, type AnalysisRun } from '@gantry/api/kinds/analysis-run';
import { jobKind, type Job } from '@gantry/api/kinds/job';
import { keyOf } from '@gantry/api/meta';
import { goldenLines, transcriptOf } from '../../engine/transcript.ts';
import { passIn, settle } from '../../engine/settle.ts';
import {
  emptyWorld,
  later,
  readerOf,
  withChange,
  withDeletion,
  withObject,
  type World,
} from '../../engine/toy-world.ts';
import { testRun } from '../../analysis/test-runs.ts';
import { analysisRunController } from './analysis-run-controller.ts';

const KEY = { namespace: 'default', name: 'run' };
const START_MS = Date.parse('2026-01-01T00:00:00Z');
const POD = { spec: { containers: [{ name: 'a', image: 'a:1' }], restartPolicy: 'Never' } };
const controller = analysisRunController();

const jobMetric = (name: string, change: object = {}) => ({
  name,
  provider: { job: { metadata: { labels: { test: name } }, spec: { template: POD } } },
  ...change,
});
const worldWith = (spec: object): World => withObject(emptyWorld(START_MS), analysisRunKind, testRun(spec));
const runIn = (world: World): AnalysisRun | undefined => readerOf(world).get(analysisRunKind, KEY);
const jobsIn = (world: World): readonly Job[] => readerOf(world).list(jobKind);
const isOver = ({ status }: Job): boolean => (status?.conditions ?? []).length > 0;

function withEnd(world: World, job: Job, type: 'Complete' | 'Failed'): World {
  const message = 'Job has reached the specified backoff limit';
  const condition = { type, status: 'True' as const, ...(type === 'Failed' ? { message } : {}) };
  const ended = (before: Job): Job => ({ ...before, status: { conditions: [condition] } });
  return withChange(world, jobKind, keyOf(job), ended, 'status');
}

test('from a Job to a verdict, as an operator reads it', (t) => {
  const lines: string[] = [];
  let world = worldWith({ metrics: [jobMetric('smoke', { interval: '10s', count: 2 })] });
  const tell = (): void => {
    const run = runIn(world);
    const pass = passIn(world, controller, KEY);
    if (run === undefined || pass === undefined) return;
    lines.push(
      ...transcriptOf(controller, run, pass.plan, readerOf(world)).filter(
        (line) => !/status|^ {2}(?!tell)/.test(line),
      ),
      '--',
    );
    world = pass.world;
  };
  const name = (): string => jobsIn(world).find((job) => !isOver(job))?.metadata.name ?? '';
  tell();
  tell();
  const first = name();
  tell();
  world = withEnd(later(world, 1_000), jobsIn(world)[0] ?? testJob(), 'Complete');
  tell();
  world = later(world, 10_000);
  tell();
  tell();
  const second = name();
  world = withEnd(world, jobsIn(world).find((job) => !isOver(job)) ?? testJob(), 'Failed');
  tell();
  t.deepEqual(
    lines.filter((line) => line !== '--').map((line) => line.trim()),
    goldenLines(`
      because beginning to measure
      because starting Job ${first} for metric smoke
      create jobs.batch default/${first}
      because metric smoke waits for Job ${first} to end
      because metric smoke is being measured: 1 of 2 measurements taken
      look again in 10 s
      because starting Job ${second} for metric smoke
      because metric smoke is being measured: 1 of 2 measurements taken
      create jobs.batch default/${second}
      because metric smoke waits for Job ${second} to end
      because metric smoke is Failed
      tell Warning AnalysisRunFailed: Analysis Completed. Result: Failed: Metric "smoke" assessed Failed due to failed (1) > failureLimit (0): "Error Message: Job has reached the specified backoff limit"
    `),
  );
  t.not(first, second);
  t.is(jobsIn(world).length, 2, 'both are kept: their measurements are');
  t.like(jobsIn(world)[0]?.metadata, { labels: { test: 'smoke', 'analysisrun.argoproj.io/uid': 'run-uid' } });
});

const testJob = (): Job => {
  throw new Error('there is no Job');
};

type Step =
  | { type: 'pass' }
  | { type: 'crash'; after: number }
  | { type: 'end'; pick: number; how: 'Complete' | 'Failed' }
  | { type: 'delete'; pick: number }
  | { type: 'wait'; seconds: number }
  | { type: 'terminate' };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.constant({ type: 'pass' as const }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('crash' as const), after: fc.nat(3) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('end' as const),
        pick: fc.nat(5),
        how: fc.constantFrom('Complete' as const, 'Complete' as const, 'Failed' as const),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('delete' as const), pick: fc.nat(5) }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('wait' as const), seconds: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.constant({ type: 'terminate' as const }) },
  ),
  { maxLength: 50 },
);

function taken(world: World, step: Step): World {
  const running = jobsIn(world).filter((job) => !isOver(job));
  switch (step.type) {
    case 'pass':
      return passIn(world, controller, KEY)?.world ?? world;
    case 'crash':
      return passIn(world, controller, KEY, { crashAfter: step.after })?.world ?? world;
    case 'end': {
      const job = running[step.pick % Math.max(1, running.length)];
      return job === undefined ? world : withEnd(world, job, step.how);
    }
    case 'delete': {
      const job = running[step.pick % Math.max(1, running.length)];
      return job === undefined ? world : withDeletion(world, jobKind, keyOf(job));
    }
    case 'wait':
      return later(world, step.seconds * 1000);
    case 'terminate':
      return withChange(world, analysisRunKind, KEY, (run) => ({
        ...run,
        spec: { ...run.spec, terminate: true },
      }));
  }
}

test('wherever it dies: one Job a measurement at most, and none runs once the run has ended', (t) => {
  const metric = fc.record({
    count: fc.integer({ min: 1, max: 3 }),
    failureLimit: fc.constant(0),
    consecutiveErrorLimit: fc.nat(2),
  });
  fc.assert(
    fc.property(metric, metric, steps, (a, b, given) => {
      let world = worldWith({
        metrics: [jobMetric('a', { ...a, interval: '5s' }), jobMetric('b', { ...b, interval: '5s' })],
      });
      const check = (state: World): void => {
        for (const name of ['a', 'b']) {
          const running = jobsIn(state).filter(
            (job) => !isOver(job) && job.metadata.labels?.['test'] === name,
          );
          if (running.length > 1) throw new Error(`${running.length} Jobs of metric ${name} run`);
        }
      };
      for (const step of given) {
        world = taken(world, step);
        check(world);
      }
      for (let round = 0; round < 40; round += 1) {
        world = settle(controller, world, KEY, check).world;
        const run = runIn(world);
        if (run !== undefined && isEnded(run)) break;
        for (const job of jobsIn(world)) if (!isOver(job)) world = withEnd(world, job, 'Complete');
        world = later(world, 10_000);
      }
      const run = runIn(world);
      t.true(run !== undefined && isEnded(run), JSON.stringify(run?.status));
      t.deepEqual(
        jobsIn(world).filter((job) => !isOver(job)),
        [],
      );
    }),
    { numRuns: 150 },
  );
});
