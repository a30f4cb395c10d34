// Invariants of Jobs and CronJobs, each with histories that keep it and histories that break it.
import test from 'ava';
import { BOUNDS } from './bounds.ts';
import { createCronJobOnceATick } from './cron-job-once-a-tick.ts';
import { createJobCountsExact } from './job-counts-exact.ts';
import { createJobPodsBounded } from './job-pods-bounded.ts';
import { ownedBy, SERVER, StagedWorld, START_MS, uidFor } from './staged-world.ts';

const tracked = (index?: number) => ({
  ...ownedBy('Job', 'j'),
  finalizers: ['batch.kubernetes.io/job-tracking'],
  ...(index === undefined
    ? {}
    : { annotations: { 'batch.kubernetes.io/job-completion-index': String(index) } }),
});

function withJob(spec: object, pods: number): StagedWorld {
  const world = new StagedWorld();
  world.put('Job', 'j', { spec });
  for (let index = 0; index < pods; index++)
    world.put('Pod', `p${index}`, { metadata: tracked(index), status: { phase: 'Running' } });
  return world;
}

const end = (world: StagedWorld, name: string, phase: string): void => {
  world.put('Pod', name, { status: { phase } }, SERVER);
};
const count = (world: StagedWorld, status: object): void => {
  world.put('Job', 'j', { status });
};
const complete = [{ type: 'Complete', status: 'True' }];

test('a Job counts each end once', (t) => {
  const world = withJob({ completions: 2, parallelism: 2 }, 3);
  const invariant = createJobCountsExact();
  end(world, 'p0', 'Succeeded');
  end(world, 'p1', 'Failed');
  count(world, {
    uncountedTerminatedPods: { succeeded: [uidFor('Pod', 'p0')], failed: [uidFor('Pod', 'p1')] },
  });
  count(world, { succeeded: 1, failed: 1 });
  end(world, 'p2', 'Succeeded');
  count(world, { succeeded: 2, failed: 1, conditions: complete });
  t.is(world.shownTo(invariant), undefined);
  count(world, { succeeded: 1, failed: 1 });
  t.is(world.shownTo(invariant), 'Job web/j counted 2 successes, and now 1');
});

test('a Job lets go of no pod before its end is stored', (t) => {
  const letGo = (world: StagedWorld, name: string): void => {
    world.put('Pod', name, { metadata: { ...ownedBy('Job', 'j'), finalizers: [] } });
  };
  const world = withJob({ completions: 2, parallelism: 2 }, 2);
  const invariant = createJobCountsExact();
  end(world, 'p0', 'Succeeded');
  count(world, { uncountedTerminatedPods: { succeeded: [uidFor('Pod', 'p0')] } });
  letGo(world, 'p0');
  count(world, { succeeded: 1 });
  t.is(world.shownTo(invariant), undefined);
  end(world, 'p1', 'Succeeded');
  letGo(world, 'p1');
  t.is(world.shownTo(invariant), 'Job web/j has let go of 2 pods that succeeded, and counts 1');
});

test('a Job counts nothing that did not happen', (t) => {
  const table: [(world: StagedWorld) => void, string][] = [
    [(world) => count(world, { succeeded: 1 }), 'Job web/j counts 1 successes, of which 0 happened'],
    [(world) => count(world, { failed: 1 }), 'Job web/j counts 1 failures, of which 0 happened'],
    [
      (world) => {
        end(world, 'p0', 'Succeeded');
        count(world, { succeeded: 1, uncountedTerminatedPods: { succeeded: [uidFor('Pod', 'p0')] } });
      },
      'Job web/j counts 2 successes, of which 1 happened',
    ],
    [
      (world) => {
        end(world, 'p0', 'Succeeded');
        world.mark('Pod', 'p0');
        const uid = uidFor('Pod', 'p0');
        count(world, { uncountedTerminatedPods: { succeeded: [uid], failed: [uid] } });
      },
      `Job web/j counts pod ${uidFor('Pod', 'p0')} as a success and as a failure`,
    ],
    [
      (world) => {
        for (const name of ['p0', 'p1', 'p2']) end(world, name, 'Succeeded');
        count(world, { succeeded: 3 });
      },
      'Job web/j counts 3 successes of 2 wanted',
    ],
    [
      (world) => {
        end(world, 'p0', 'Succeeded');
        count(world, { succeeded: 1, conditions: complete });
      },
      'Job web/j is complete with 1 successes of 2',
    ],
  ];
  for (const [story, sentence] of table) {
    const world = withJob({ completions: 2, parallelism: 3 }, 3);
    story(world);
    t.is(world.shownTo(createJobCountsExact()), sentence);
  }
});

test('a pod that succeeds while being deleted may make one more than wanted; an index counts once', (t) => {
  const late = withJob({ completions: 1 }, 1);
  late.mark('Pod', 'p0');
  late.put('Pod', 'p1', { metadata: tracked() });
  end(late, 'p0', 'Succeeded');
  end(late, 'p1', 'Succeeded');
  count(late, { succeeded: 2, conditions: complete });
  t.is(late.shownTo(createJobCountsExact()), undefined);
  const indexed = withJob({ completions: 2, parallelism: 2, completionMode: 'Indexed' }, 1);
  indexed.put('Pod', 'twin', { metadata: tracked(0) });
  end(indexed, 'p0', 'Succeeded');
  end(indexed, 'twin', 'Succeeded');
  count(indexed, { succeeded: 2 });
  t.is(indexed.shownTo(createJobCountsExact()), 'Job web/j counts 2 successes, of which 1 happened');
});

test('a Job makes no pod too many', (t) => {
  const fine = withJob({ completions: 3, parallelism: 2 }, 2);
  end(fine, 'p0', 'Succeeded');
  fine.put('Pod', 'p3', { metadata: tracked() });
  end(fine, 'p1', 'Failed');
  fine.put('Pod', 'p4', { metadata: tracked() });
  t.is(fine.shownTo(createJobPodsBounded(BOUNDS)), undefined);
  const table: [StagedWorld, string | undefined, RegExp][] = [
    [
      withJob({ completions: 9, parallelism: 2 }, 2),
      undefined,
      /new was made as pod number 3 of Job web\/j, of which 2 may run at once/,
    ],
    [
      withJob({ completions: 2, parallelism: 2 }, 2),
      'p0',
      /pod number 2 of Job web\/j, of which 1 have succeeded and 2 are wanted/,
    ],
    [
      withJob({ completions: 9, parallelism: 0, suspend: true }, 0),
      undefined,
      /pod number 1 of Job web\/j, of which 0 may run/,
    ],
  ];
  for (const [world, succeeded, sentence] of table) {
    if (succeeded !== undefined) end(world, succeeded, 'Succeeded');
    world.put('Pod', 'new', { metadata: tracked() });
    t.regex(world.shownTo(createJobPodsBounded(BOUNDS)) ?? '', sentence);
  }
  const indexed = withJob({ completions: 3, parallelism: 3, completionMode: 'Indexed' }, 1);
  indexed.put('Pod', 'twin', { metadata: tracked(0) });
  t.regex(
    indexed.shownTo(createJobPodsBounded(BOUNDS)) ?? '',
    /twin was made as pod number 2 of Job web\/j for index 0, for which Pod web\/p0 runs/,
  );
});

const tick = (minute: number): string => new Date(START_MS + minute * 60_000).toISOString();

test('a CronJob starts one Job a tick, and none beside another where that is forbidden', (t) => {
  const job = (minute: number) => ({
    metadata: {
      ...ownedBy('CronJob', 'c'),
      annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': tick(minute) },
    },
  });
  const world = new StagedWorld();
  const invariant = createCronJobOnceATick(BOUNDS);
  world.put('CronJob', 'c', { spec: { concurrencyPolicy: 'Forbid' } });
  world.later(60_000).put('Job', 'c-1', job(1));
  world.put('Job', 'c-1', { status: { conditions: complete } });
  world.later(60_000).put('Job', 'c-2', job(2));
  world.remove('Job', 'c-2');
  world.later(60_000).put('Job', 'by-hand', { metadata: ownedBy('CronJob', 'c') }, SERVER);
  world.put('Job', 'c-3', job(3));
  t.is(world.shownTo(invariant), undefined, 'a Job that a user has just made may not be known yet');
  world.later(60_000).put('Job', 'c-4', job(4));
  t.is(
    world.shownTo(invariant),
    'Job web/c-4 was started while Job web/by-hand ran, though CronJob web/c forbids it',
  );
  world.put('Job', 'again', job(2));
  t.is(world.shownTo(invariant), `Job web/again is the second Job of CronJob web/c for ${tick(2)}`);
  world.put('Job', 'early', job(9));
  t.is(world.shownTo(invariant), `Job web/early was started before ${tick(9)}`);
});
