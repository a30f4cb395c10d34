// Frees pods whose Job is gone: nobody will count them any more, so nothing may keep them.
import { apiVersionOf } from '@gantry/api/definition';
import { jobKind } from '@gantry/api/kinds/job';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { controllerOf } from '@gantry/api/owner-references';
import type { CacheReader } from '../../cache/cache.ts';
import type { Controller } from '../../engine/controller.ts';
import { keyOf, type ObjectKey } from '@gantry/api/meta';
import { ownTrigger } from '../../engine/triggers.ts';
import { isTracked, untracked } from './tracking-labels.ts';

interface Observed {
  pod: Pod;
}

function observe(cache: CacheReader, key: ObjectKey): Observed | undefined {
  const pod = cache.get(podKind, key);
  if (pod === undefined || !isTracked(pod)) return undefined;
  const owner = controllerOf(pod);
  const ofJob = owner?.kind === jobKind.kind && owner.apiVersion === apiVersionOf(jobKind);
  const job = ofJob ? cache.get(jobKind, { namespace: key.namespace, name: owner.name }) : undefined;
  return job !== undefined && job.metadata.uid === owner?.uid ? undefined : { pod };
}

export const orphanJobPodController: Controller<Observed> = {
  name: 'orphan-job-pod',
  definition: podKind,
  triggers: [
    ownTrigger(podKind),
    {
      definition: jobKind,
      keys: (job, cache) => cache.byIndex(podKind, 'owner', job.metadata.uid ?? '').map(keyOf),
    },
  ],
  observe,
  plan: ({ pod }) => ({
    actions: [{ type: 'update', definition: podKind, object: untracked(pod) }],
    reasons: [{ type: 'job-is-gone', job: controllerOf(pod)?.name ?? '' }],
  }),
  primary: ({ pod }) => pod,
  describe: ({ job }) => `Job ${String(job)} is gone and no longer keeps count of this pod`,
};
