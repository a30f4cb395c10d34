// An update that does not become ready, and the next one that does.
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import { isActive, isReady } from '../sim/invariants/object-reading.ts';
import type { PodWish } from './behaving-pod.ts';
import { apply } from './doings.ts';
import { deploymentOf } from './manifests.ts';
import type { Scenario } from './scenario.ts';
import { objectUntil, podsIn, rolledOut, runningUntil, runsOf } from './sightings.ts';

const REPLICAS = 2;

/** The readiness gate holds, and says so. */
export const stuckUpdate: Scenario = {
  name: 'stuck-update',
  sentence:
    'An update whose pods do not become ready waits beside the old pods and says so; a fix forward completes it.',
  async run(t, world) {
    const withPods = (wish: PodWish) =>
      deploymentOf('web', REPLICAS, wish, {
        progressDeadlineSeconds: 5,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      });
    await apply(world, withPods({ version: 1, readiness: 'soon' }));
    await rolledOut(world, 'web', REPLICAS);
    const before = runsOf(await runningUntil(world, REPLICAS));

    await apply(world, withPods({ version: 2, readiness: 'never' }));
    await objectUntil<Deployment>(world, deploymentKind, 'web', 'out of time', (one) => isOutOfTime(one));
    const after = runsOf(await runningUntil(world, REPLICAS + 1));
    t.true(
      before.every((run) => after.includes(run)),
      'the old pods serve on',
    );
    t.is((await podsIn(world)).filter((pod) => isActive(pod) && isReady(pod)).length, REPLICAS);

    await apply(world, withPods({ version: 2, readiness: 'soon' }));
    const fixed = await rolledOut(world, 'web', REPLICAS);
    t.false(isOutOfTime(fixed));
    const now = runsOf(await runningUntil(world, REPLICAS));
    t.false(now.some((run) => after.includes(run)));
  },
};

function isOutOfTime({ status }: Deployment): boolean {
  const progressing = status?.conditions?.find(({ type }) => type === 'Progressing');
  return progressing?.status === 'False' && progressing.reason === 'ProgressDeadlineExceeded';
}
