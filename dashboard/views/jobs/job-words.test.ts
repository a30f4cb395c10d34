// Jobs and CronJobs in words.
import test from 'ava';
import { formatAge } from '@gantry/api/duration';
import type { Explanation } from '@gantry/api/explanation';
import type { CronJob } from '@gantry/api/kinds/cron-job';
import type { Job } from '@gantry/api/kinds/job';
import { cronJobStanding, endedAt, isOver, jobTone, runsOf, tookText } from './job-words.ts';
import { dueText, nextRuns } from './next-run.ts';

const at = (minute: number): string => `2026-01-01T00:0${minute}:00Z`;

const job = (name: string, created: number, end?: 'Complete' | 'Failed', owner = 'c'): Job =>
  ({
    metadata: {
      ...{ name, uid: name, creationTimestamp: at(created) },
      ownerReferences: [
        { apiVersion: 'batch/v1', kind: 'CronJob', name: 'report', uid: owner, controller: true },
      ],
    },
    spec: {},
    status: {
      startTime: at(created),
      ...(end === 'Complete' ? { completionTime: at(created + 1) } : {}),
      ...(end === undefined
        ? {}
        : { conditions: [{ type: end, status: 'True', lastTransitionTime: at(created + 2) }] }),
    },
  }) as unknown as Job;

const cronJob = (more: object = {}): CronJob =>
  ({ metadata: { name: 'report', uid: 'c' }, spec: { schedule: '@daily' }, ...more }) as unknown as CronJob;

test('a Job that failed ended when its condition says so', (t) => {
  t.is(endedAt(job('a', 0)), undefined);
  t.is(endedAt(job('a', 0, 'Complete')), at(1));
  t.is(endedAt(job('a', 0, 'Failed')), at(2));
  t.false(isOver(job('a', 0)));
});

test('how long it took, or has taken', (t) => {
  const nowMs = Date.parse(at(9));
  t.is(tookText(job('a', 0, 'Complete'), nowMs), '60s');
  t.is(tookText(job('a', 8), nowMs), '60s');
  t.is(tookText({ ...job('a', 0), status: {} }, nowMs), '–');
});

test('colours of Jobs', (t) => {
  t.is(jobTone(job('a', 0)), 'busy');
  t.is(jobTone(job('a', 0, 'Complete')), 'good');
  t.is(jobTone(job('a', 0, 'Failed')), 'bad');
});

test('runs are those of this very CronJob, the latest first', (t) => {
  const runs = runsOf(cronJob(), [job('old', 1), job('new', 3), job('another', 4, undefined, 'x')]);
  t.deepEqual(
    runs.map(({ metadata }) => metadata.name),
    ['new', 'old'],
  );
});

test('a CronJob stands as its last run that is over', (t) => {
  t.is(cronJobStanding(cronJob(), []).word, 'Waiting');
  t.is(cronJobStanding(cronJob(), [job('now', 3), job('before', 1, 'Failed')]).word, 'Last failed');
  t.is(cronJobStanding(cronJob(), [job('a', 3, 'Complete'), job('b', 1, 'Failed')]).tone, 'good');
  t.is(cronJobStanding(cronJob({ status: { active: [{}] } }), []).word, 'Running');
  t.is(cronJobStanding(cronJob({ spec: { schedule: '@daily', suspend: true } }), []).word, 'Suspended');
});

test('the next run is what the controller says', (t) => {
  const explanation = (name: string, reasons: object[]): Explanation =>
    ({ involvedObject: { kind: 'CronJob', namespace: 'shop', name }, reasons }) as unknown as Explanation;
  const found = nextRuns([
    explanation('report', [{ type: 'many-missed' }, { type: 'waiting', until: at(5) }]),
    explanation('held', [{ type: 'suspended' }]),
  ]);
  t.deepEqual([...found], [['shop/report', at(5)]]);
  t.is(dueText(at(5), formatAge, Date.parse(at(3))), 'in 2m');
  t.is(dueText(at(5), formatAge, Date.parse(at(6))), 'now');
});
