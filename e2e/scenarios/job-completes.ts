// A Job that runs each of its indexes once.
import { jobKind, type Job } from '@gantry/api/kinds/job';
import type { Pod } from '@gantry/api/kinds/pod';
import { COMPLETION_INDEX, holds, isActive } from '../sim/invariants/object-reading.ts';
import { apply } from './doings.ts';
import { followPods } from './follow-pods.ts';
import { jobOf } from './manifests.ts';
import type { Scenario } from './scenario.ts';
import { objectUntil, podsIn, runningUntil } from './sightings.ts';

/** All indexes, never too many at once. */
export const jobCompletes: Scenario = {
  name: 'job-completes',
  sentence:
    'An Indexed Job runs each index once, never more at a time than its parallelism, and ends Complete.',
  async run(t, world) {
    let most = 0;
    const note = (pods: readonly Pod[]): void => {
      most = Math.max(most, pods.filter(isActive).length);
    };
    const shape = { completions: 4, parallelism: 2, completionMode: 'Indexed' as const };
    let job: Job | undefined;
    await followPods(world, note, async () => {
      await apply(world, jobOf('sum', { endsAfterSeconds: 1 }, shape));
      job = await objectUntil<Job>(world, jobKind, 'sum', 'complete', (one) => holds(one, 'Complete'));
    });

    t.is(most, 2);
    t.is(job?.status?.succeeded, 4);
    t.is(job?.status?.failed ?? 0, 0);
    t.is(job?.status?.completedIndexes, '0-3');
    const pods = await podsIn(world, 'job-name=sum');
    t.deepEqual(pods.map(({ metadata }) => metadata.annotations?.[COMPLETION_INDEX]).toSorted(), [
      '0',
      '1',
      '2',
      '3',
    ]);

    const key = { namespace: world.namespace, name: 'sum' };
    await world.client.delete(jobKind, key, { propagationPolicy: 'Background' });
    await runningUntil(world, 0);
  },
};
