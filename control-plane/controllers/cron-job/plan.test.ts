// A CronJob's plans in a toy world whose clock moves.
import test from 'ava';
import fc from 'fast-check';
import { cronJobKind, type CronJob, type CronJobSpec } from '@gantry/api/kinds/cron-job';
import { jobKind, type Job } from '@gantry/api/kinds/job';
import { keyOf } from '@gantry/api/meta';
import { passIn, settle } from '../../engine/settle.ts';
import { emptyWorld, later, readerOf, withChange, withObject, type World } from '../../engine/toy-world.ts';
import { createCronJobController } from './cron-job-controller.ts';
import { isRunning } from './history.ts';

const KEY = { namespace: 'default', name: 'tick' };
const START_MS = Date.parse('2026-01-01T00:00:00Z');
const MINUTE_MS = 60_000;
const controller = createCronJobController();

function aCronJob(spec: Partial<CronJobSpec> = {}): CronJob {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'tick', namespace: 'default', uid: 'cron-uid' },
    spec: {
      schedule: '*/5 * * * *',
      timeZone: 'UTC',
      jobTemplate: {
        metadata: { labels: { app: 'tick' } },
        spec: {
          template: { spec: { containers: [{ name: 'main', image: 'work:1' }], restartPolicy: 'Never' } },
        },
      },
      ...spec,
    },
  };
}

function worldWith(spec: Partial<CronJobSpec> = {}): World {
  return withObject(emptyWorld(START_MS), cronJobKind, aCronJob(spec));
}

function jobs(world: World): readonly Job[] {
  return readerOf(world).list(jobKind);
}

function names(world: World): string[] {
  return jobs(world).map(({ metadata }) => metadata.name ?? '');
}

function cronJobIn(world: World): CronJob | undefined {
  return readerOf(world).get(cronJobKind, KEY);
}

function settled(world: World): World {
  return settle(controller, world, KEY).world;
}

function finished(world: World, job: Job, type: 'Complete' | 'Failed'): World {
  const time = new Date(world.nowMs).toISOString();
  const status = { conditions: [{ type, status: 'True' as const }], startTime: time, completionTime: time };
  return withChange(world, jobKind, keyOf(job), (current) => ({ ...current, status }), 'status');
}

function eventReasons(world: World): string[] {
  return world.events.map(({ reason }) => reason);
}

/** Minutes since the epoch, as in the names of Jobs. */
const START_MINUTE = START_MS / MINUTE_MS;

test('nothing is made before the first time; the pass says when to look again', (t) => {
  const world = later(worldWith(), 90_000);
  const pass = passIn(world, controller, KEY);
  t.deepEqual(pass?.plan.actions, []);
  t.is(pass?.plan.recheckAfterMs, 3.5 * MINUTE_MS);
  t.deepEqual(pass?.plan.reasons, [{ type: 'waiting', until: '2026-01-01T00:05:00Z' }]);
});

test('each tick makes one Job, named after the tick; looking again makes no second one', (t) => {
  let world = settled(later(worldWith(), 5 * MINUTE_MS));
  world = settled(later(world, 1000));
  t.deepEqual(names(world), [`tick-${START_MINUTE + 5}`]);
  t.is(cronJobIn(world)?.status?.lastScheduleTime, '2026-01-01T00:05:00Z');
  t.deepEqual(
    cronJobIn(world)?.status?.active?.map(({ name }) => name),
    names(world),
  );
  const [job] = jobs(world);
  t.deepEqual(job?.metadata.labels, { app: 'tick' });
  t.is(
    job?.metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'],
    '2026-01-01T00:05:00Z',
  );
  t.is(job?.metadata.ownerReferences?.[0]?.uid, 'cron-uid');
  t.deepEqual(eventReasons(world), ['SuccessfulCreate']);
});

test('a pass that dies between Job and status does not run the tick twice', (t) => {
  const due = later(worldWith(), 5 * MINUTE_MS);
  const dead = passIn(due, controller, KEY, { crashAfter: 1 })?.world ?? due;
  t.is(jobs(dead).length, 1);
  t.is(cronJobIn(dead)?.status?.lastScheduleTime, undefined);
  const world = settled(dead);
  t.is(jobs(world).length, 1);
  t.is(cronJobIn(world)?.status?.lastScheduleTime, '2026-01-01T00:05:00Z');
});

test('of missed ticks only the latest is made up for; very many are a warning', (t) => {
  const few = settled(later(worldWith(), 33 * MINUTE_MS));
  t.deepEqual(names(few), [`tick-${START_MINUTE + 30}`]);
  t.false(eventReasons(few).includes('TooManyMissedTimes'));
  const many = settled(later(worldWith(), 1000 * MINUTE_MS));
  t.deepEqual(names(many), [`tick-${START_MINUTE + 1000}`]);
  t.true(eventReasons(many).includes('TooManyMissedTimes'));
});

test('too late is too late', (t) => {
  const world = settled(later(worldWith({ startingDeadlineSeconds: 60 }), 7 * MINUTE_MS));
  t.deepEqual(names(world), []);
  t.true(eventReasons(world).includes('MissSchedule'));
  const inTime = settled(later(worldWith({ startingDeadlineSeconds: 60 }), 6 * MINUTE_MS));
  t.is(jobs(inTime).length, 1);
});

test('Allow lets Jobs run side by side', (t) => {
  let world = settled(later(worldWith(), 5 * MINUTE_MS));
  world = settled(later(world, 5 * MINUTE_MS));
  t.is(jobs(world).filter(isRunning).length, 2);
});

test('Forbid leaves a tick out while a Job runs, and makes up for it afterwards', (t) => {
  let world = settled(later(worldWith({ concurrencyPolicy: 'Forbid' }), 5 * MINUTE_MS));
  world = settled(later(world, 5 * MINUTE_MS));
  t.is(jobs(world).length, 1);
  t.true(eventReasons(world).includes('JobAlreadyActive'));
  const [first] = jobs(world);
  if (first === undefined) return t.fail();
  world = settled(finished(world, first, 'Complete'));
  t.deepEqual(names(world), [`tick-${START_MINUTE + 5}`, `tick-${START_MINUTE + 10}`]);
  t.true(eventReasons(world).includes('SawCompletedJob'));
  t.is(cronJobIn(world)?.status?.lastSuccessfulTime, new Date(world.nowMs).toISOString());
});

test('Replace ends the running Job', (t) => {
  let world = settled(later(worldWith({ concurrencyPolicy: 'Replace' }), 5 * MINUTE_MS));
  world = settled(later(world, 5 * MINUTE_MS));
  t.deepEqual(names(world), [`tick-${START_MINUTE + 10}`]);
});

test('suspended: nothing starts; resumed: the latest tick is made up for', (t) => {
  let world = settled(later(worldWith({ suspend: true }), 12 * MINUTE_MS));
  t.deepEqual(names(world), []);
  world = withChange(world, cronJobKind, KEY, (cron) => ({
    ...cron,
    spec: { ...cron.spec, suspend: false },
  }));
  t.deepEqual(names(settled(world)), [`tick-${START_MINUTE + 10}`]);
});

test('finished Jobs beyond the history limits go, the oldest first', (t) => {
  let world = worldWith({ successfulJobsHistoryLimit: 2, failedJobsHistoryLimit: 0 });
  for (let tick = 1; tick <= 4; tick += 1) {
    world = settled(later(world, 5 * MINUTE_MS));
    const running = jobs(world).find(isRunning);
    if (running === undefined) return t.fail();
    world = settled(finished(world, running, tick === 4 ? 'Failed' : 'Complete'));
  }
  t.deepEqual(names(world), [`tick-${START_MINUTE + 10}`, `tick-${START_MINUTE + 15}`]);
});

test('an unknown time zone and an unreadable schedule are told, and nothing starts', (t) => {
  const lost = settled(later(worldWith({ timeZone: 'Mars/Olympus' }), 10 * MINUTE_MS));
  t.deepEqual([...new Set(eventReasons(lost))], ['UnknownTimeZone']);
  const unread = settled(later(worldWith({ schedule: '61 * * * *' }), 10 * MINUTE_MS));
  t.deepEqual([...new Set(eventReasons(unread))], ['UnparseableSchedule']);
  t.deepEqual([...names(lost), ...names(unread)], []);
});

test('a schedule that is rarely due takes naps of a day', (t) => {
  t.is(passIn(worldWith({ schedule: '@yearly' }), controller, KEY)?.plan.recheckAfterMs, 24 * 3_600_000);
});

test('whatever happens, no tick runs twice and the history stays bounded', (t) => {
  const policies = fc.constantFrom('Allow' as const, 'Forbid' as const, 'Replace' as const);
  const steps = fc.array(
    fc.oneof(
      fc.record({ type: fc.constant('wait' as const), seconds: fc.nat(500) }),
      fc.record({ type: fc.constant('end' as const), well: fc.boolean() }),
      fc.record({ type: fc.constant('crash' as const), after: fc.nat(3) }),
      fc.constant({ type: 'pass' as const }),
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(policies, steps, (concurrencyPolicy, given) => {
      let world = worldWith({ concurrencyPolicy });
      const created: string[] = [];
      const witness = (
        _world: World,
        action: { type: string; object?: { metadata: { name?: string } } },
      ): void => {
        if (action.type === 'create') created.push(action.object?.metadata.name ?? '');
      };
      for (const step of given) {
        if (step.type === 'wait') world = later(world, step.seconds * 1000);
        const running = jobs(world).find(isRunning);
        if (step.type === 'end' && running !== undefined) {
          world = finished(world, running, step.well ? 'Complete' : 'Failed');
        }
        if (step.type === 'crash') {
          world = passIn(world, controller, KEY, { crashAfter: step.after, witness })?.world ?? world;
        }
        if (step.type === 'pass') world = passIn(world, controller, KEY, { witness })?.world ?? world;
        if (concurrencyPolicy !== 'Allow') t.true(jobs(world).filter(isRunning).length <= 1);
      }
      world = settle(controller, world, KEY, witness).world;
      t.is(new Set(created).size, created.length);
      t.true(jobs(world).filter((job) => !isRunning(job)).length <= 4);
      t.is(settle(controller, world, KEY).passes.length, 0);
    }),
    { numRuns: 60 },
  );
});
