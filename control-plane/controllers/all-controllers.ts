// Every controller that the leader runs.
import type { Controller } from '../engine/controller.ts';
import { createCronJobController } from './cron-job/cron-job-controller.ts';
import { daemonSetController } from './daemon-set/daemon-set-controller.ts';
import { deploymentController } from './deployment/deployment-controller.ts';
import { jobController } from './job/job-controller.ts';
import { replicaSetController } from './replica-set/replica-set-controller.ts';

/** Made anew at each start; controllers keep no state between passes. */
export function allControllers(): Controller[] {
  return [
    deploymentController(),
    replicaSetController(),
    daemonSetController(),
    jobController,
    createCronJobController(),
  ];
}
