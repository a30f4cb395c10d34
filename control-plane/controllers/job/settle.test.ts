// A Job in a toy world, with pods that end, are deleted, and a controller that dies between any two writes:
// it settles, and every end is counted exactly once.
import test from 'ava';
import fc from 'fast-check';
import { jobKind, type JobSpec } from '@gantry/api/kinds/job';
import { podKind } from '@gantry/api/kinds/pod';
import { keyOf } from '@gantry/api/meta';
import { passIn, settle, settleAll, type Witness } from '../../engine/settle.ts';
import { later, readerOf, withChange, withDeletion, type World } from '../../engine/toy-world.ts';
import { isActive } from '../pod-condition.ts';
import { parseIndexes } from './indexes.ts';
import { jobController } from './job-controller.ts';
import { orphanJobPodController } from './orphan-pods.ts';
import { aJob, JOB_KEY, jobIn, podsIn, withEnd, withStopped, worldWith } from './test-job.ts';
import { completionIndex, isTracked } from './tracking-labels.ts';

const RUNS = 120;

type Step =
  | { type: 'succeed' | 'fail' | 'delete'; pick: number }
  | { type: 'pass' }
  | { type: 'crash'; after: number }
  | { type: 'wait'; seconds: number }
  | { type: 'suspend'; on: boolean }
  | { type: 'stopped' };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: fc.constant('succeed' as const), pick: fc.nat(9) }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('fail' as const), pick: fc.nat(9) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('delete' as const), pick: fc.nat(9) }) },
    { weight: 5, arbitrary: fc.constant({ type: 'pass' as const }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('crash' as const), after: fc.nat(3) }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('wait' as const), seconds: fc.nat(40) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('suspend' as const), on: fc.boolean() }) },
    { weight: 2, arbitrary: fc.constant({ type: 'stopped' as const }) },
  ),
  { maxLength: 60 },
);

const specs: fc.Arbitrary<Partial<JobSpec>> = fc.record({
  completions: fc.integer({ min: 1, max: 6 }),
  parallelism: fc.integer({ min: 0, max: 4 }),
  backoffLimit: fc.integer({ min: 0, max: 4 }),
  completionMode: fc.constantFrom('NonIndexed' as const, 'Indexed' as const),
});

/** What has truly happened, by uid. Only pods that were tracked when they ended. */
interface Ledger {
  succeeded: Set<string>;
  failed: Set<string>;
  indexes: Set<number>;
}

/** A pod comes to its end, or is deleted. */
function ended(world: World, type: 'succeed' | 'fail' | 'delete', pick: number, ledger: Ledger): World {
  const active = podsIn(world).filter((pod) => isActive(pod));
  const pod = active[pick % Math.max(1, active.length)];
  if (pod === undefined) return world;
  if (isTracked(pod)) {
    (type === 'succeed' ? ledger.succeeded : ledger.failed).add(pod.metadata.uid ?? '');
    if (type === 'succeed') ledger.indexes.add(completionIndex(pod) ?? -1);
  }
  if (type === 'delete') return withDeletion(world, podKind, keyOf(pod));
  return withEnd(world, pod, type === 'succeed' ? 'Succeeded' : 'Failed');
}

function taken(world: World, step: Step, ledger: Ledger): World {
  switch (step.type) {
    case 'succeed':
    case 'fail':
    case 'delete':
      return ended(world, step.type, step.pick, ledger);
    case 'pass':
      return passIn(world, jobController, JOB_KEY, { witness: witnessOf(ledger) })?.world ?? world;
    case 'crash': {
      const options = { witness: witnessOf(ledger), crashAfter: step.after };
      return passIn(world, jobController, JOB_KEY, options)?.world ?? world;
    }
    case 'wait':
      return later(world, step.seconds * 1000);
    case 'suspend':
      return withChange(world, jobKind, JOB_KEY, (job) => ({
        ...job,
        spec: { ...job.spec, suspend: step.on },
      }));
    case 'stopped':
      return withStopped(world);
  }
}

/** Pods that the controller itself deletes, because the Job has failed, count as failed. */
function witnessOf(ledger: Ledger): Witness {
  return (_world, action, before) => {
    if (action.type !== 'delete') return;
    const pod = readerOf(before).get(podKind, action.ref);
    if (pod !== undefined && isTracked(pod)) ledger.failed.add(action.ref.uid);
  };
}

test('every end is counted exactly once, whatever is deleted and wherever the controller dies', (t) => {
  fc.assert(
    fc.property(specs, steps, (spec, given) => {
      const ledger: Ledger = { succeeded: new Set(), failed: new Set(), indexes: new Set() };
      let world = worldWith(aJob(spec));
      const witness = witnessOf(ledger);
      for (const step of given) world = taken(world, step, ledger);
      // Everything is stopped and counted in the end.
      for (let round = 0; round < 4; round += 1) {
        world = withStopped(settle(jobController, world, JOB_KEY, witness).world);
      }
      const { world: settled } = settle(jobController, world, JOB_KEY, witness);
      const status = jobIn(settled)?.status;
      t.deepEqual(status?.uncountedTerminatedPods, {});
      if (spec.completionMode === 'Indexed') {
        const indexes = [...parseIndexes(status?.completedIndexes, 100)].sort((a, b) => a - b);
        t.deepEqual(
          indexes,
          [...ledger.indexes].sort((a, b) => a - b),
        );
      } else t.is(status?.succeeded ?? 0, ledger.succeeded.size);
      t.is(status?.failed ?? 0, ledger.failed.size);
      t.is(settle(jobController, settled, JOB_KEY).passes.length, 0, 'then nothing is planned');
    }),
    { numRuns: RUNS },
  );
});

test('a Job whose pods all succeed completes, and never runs more than it may', (t) => {
  fc.assert(
    fc.property(specs, (given) => {
      const parallelism = Math.max(1, given.parallelism ?? 1);
      const spec = { ...given, parallelism };
      let world = worldWith(aJob(spec));
      for (let round = 0; round < 20 && !isComplete(world); round += 1) {
        world = settle(jobController, world, JOB_KEY).world;
        const active = podsIn(world).filter(isActive);
        t.true(active.length <= parallelism);
        world = active.reduce((next, pod) => withEnd(next, pod, 'Succeeded'), world);
      }
      t.true(isComplete(world));
      t.is(jobIn(world)?.status?.succeeded, given.completions);
      t.is(podsIn(world).length, given.completions ?? 1);
      t.false(podsIn(world).some(isTracked));
    }),
    { numRuns: RUNS },
  );
});

test('a Job whose pods all fail ends as failed after its limit', (t) => {
  let world = worldWith(aJob({ backoffLimit: 2 }));
  for (let round = 0; round < 10; round += 1) {
    world = settle(jobController, world, JOB_KEY).world;
    world = podsIn(world)
      .filter(isActive)
      .reduce((next, pod) => withEnd(next, pod, 'Failed'), world);
    world = later(world, 700_000);
  }
  const status = jobIn(world)?.status;
  t.is(status?.failed, 3);
  t.is(podsIn(world).length, 3);
  t.deepEqual(
    status?.conditions?.map(({ type, reason }) => [type, reason]),
    [
      ['FailureTarget', 'BackoffLimitExceeded'],
      ['Failed', 'BackoffLimitExceeded'],
    ],
  );
  t.deepEqual(
    world.events.filter(({ severity }) => severity === 'Warning').map(({ reason }) => reason),
    ['BackoffLimitExceeded'],
  );
});

test('pods of a Job that is gone lose their finalizer', (t) => {
  let world = settle(jobController, worldWith(aJob({ completions: 2, parallelism: 2 })), JOB_KEY).world;
  world = withDeletion(world, jobKind, JOB_KEY, { propagationPolicy: 'Background' });
  t.is(jobIn(world), undefined);
  world = settleAll([orphanJobPodController], world).world;
  t.is(podsIn(world).length, 2);
  t.false(podsIn(world).some(isTracked));
});

test('a suspended Job lets its pods go uncounted, and resumes with a new start time', (t) => {
  const suspend = (on: boolean, world: World): World =>
    withChange(world, jobKind, JOB_KEY, (job) => ({ ...job, spec: { ...job.spec, suspend: on } }));
  let world = settle(jobController, worldWith(aJob()), JOB_KEY).world;
  world = withStopped(settle(jobController, suspend(true, world), JOB_KEY).world);
  world = settle(jobController, world, JOB_KEY).world;
  t.is(podsIn(world).length, 0);
  t.is(jobIn(world)?.status?.failed, undefined);
  t.is(jobIn(world)?.status?.startTime, undefined);
  world = settle(jobController, suspend(false, later(world, 60_000)), JOB_KEY).world;
  t.is(podsIn(world).filter(isActive).length, 1);
  t.is(jobIn(world)?.status?.startTime, '2026-01-01T00:01:00Z');
  t.deepEqual(
    world.events.map(({ reason }) => reason),
    ['SuccessfulCreate', 'Suspended', 'SuccessfulDelete', 'SuccessfulCreate', 'Resumed'],
  );
});

function isComplete(world: World): boolean {
  const conditions = readerOf(world).get(jobKind, JOB_KEY)?.status?.conditions ?? [];
  return conditions.some(({ type, status }) => type === 'Complete' && status === 'True');
}
