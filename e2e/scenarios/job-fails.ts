// A Job whose pods fail.
import { jobKind, type Job, type JobCondition } from '@gantry/api/kinds/job';
import { apply } from './doings.ts';
import { jobOf } from './manifests.ts';
import type { Scenario } from './scenario.ts';
import { objectUntil, podsIn } from './sightings.ts';

/** It is tried again as often as it may be. */
export const jobFails: Scenario = {
  name: 'job-fails',
  sentence: 'A Job whose pods fail is tried again backoffLimit times, then is Failed and says why.',
  async run(t, world) {
    await apply(world, jobOf('broken', { endsAfterSeconds: 1, exitCode: 3 }, { backoffLimit: 1 }));
    const job = await objectUntil<Job>(
      world,
      jobKind,
      'broken',
      'failed',
      (one) => failureOf(one) !== undefined,
    );
    t.is(failureOf(job)?.reason, 'BackoffLimitExceeded');
    t.is(job.status?.failed, 2);
    t.is(job.status?.succeeded ?? 0, 0);
    const codes = (await podsIn(world)).map(
      ({ status }) => status?.containerStatuses?.[0]?.state?.terminated?.exitCode,
    );
    t.deepEqual(codes, [3, 3]);
  },
};

function failureOf({ status }: Job): JobCondition | undefined {
  return status?.conditions?.find(({ type, status: is }) => type === 'Failed' && is === 'True');
}
