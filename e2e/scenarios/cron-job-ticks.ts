// A CronJob at its next tick. More ticks than one are judged by an invariant of the simulation.
import { cronJobKind, type CronJob } from '@gantry/api/kinds/cron-job';
import { jobKind, type Job } from '@gantry/api/kinds/job';
import { apply } from './doings.ts';
import { cronJobOf } from './manifests.ts';
import type { Scenario } from './scenario.ts';
import { objectUntil } from './sightings.ts';
import { until } from './until.ts';

const MINUTE_MS = 60_000;

/** One Job, on the minute. */
export const cronJobTicks: Scenario = {
  name: 'cron-job-ticks',
  sentence: 'A CronJob makes one Job at its tick, which is its own and completes.',
  async run(t, world) {
    const spec = { schedule: '* * * * *', concurrencyPolicy: 'Forbid' as const };
    await apply(world, cronJobOf('tick', { endsAfterSeconds: 1 }, spec));
    const appliedMs = world.nowMs();
    const jobs = await until(world, 'the next minute', async () => {
      const { items } = await world.client.list<Job>(jobKind, { namespace: world.namespace });
      return items.length === 0 ? undefined : items;
    });
    const [job] = jobs;
    if (job === undefined || jobs.length > 1) throw new Error(`${jobs.length} Jobs for one tick`);
    const cronJob = await objectUntil<CronJob>(
      world,
      cronJobKind,
      'tick',
      'which tells of it',
      ({ status }) => status?.lastScheduleTime !== undefined,
    );
    const tickMs = Date.parse(cronJob.status?.lastScheduleTime ?? '');
    t.is(tickMs % MINUTE_MS, 0);
    t.true(tickMs > appliedMs - MINUTE_MS);
    t.is(job.metadata.ownerReferences?.[0]?.uid, cronJob.metadata.uid);
    const isDone = ({ status }: Job): boolean => status?.succeeded === 1;
    await objectUntil<Job>(world, jobKind, job.metadata.name ?? '', 'complete', isDone);
  },
};
