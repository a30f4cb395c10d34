// The Job controller: runs pods until enough of them have succeeded.
import { jobKind } from '@gantry/api/kinds/job';
import { podKind } from '@gantry/api/kinds/pod';
import type { Controller } from '../../engine/controller.ts';
import { ownedTrigger, ownTrigger } from '../../engine/triggers.ts';
import { observe, type Observed } from './observed.ts';
import { plan } from './plan.ts';
import { describe, type JobReason } from './reasons.ts';

export const jobController: Controller<Observed> = {
  name: 'job',
  definition: jobKind,
  triggers: [ownTrigger(jobKind), ownedTrigger(podKind, jobKind)],
  observe,
  plan,
  primary: ({ job }) => job,
  describe: (reason) => describe(reason as JobReason),
};
