// Every controller that the leader runs.
import { findKind, kinds } from '@gantry/api/registry';
import type { Clock } from '@gantry/kit/clock';
import type { Controller } from '../engine/controller.ts';
import { createCronJobController } from './cron-job/cron-job-controller.ts';
import { daemonSetController } from './daemon-set/daemon-set-controller.ts';
import { deploymentController } from './deployment/deployment-controller.ts';
import { endpointSliceController } from './endpoint-slice/endpoint-slice-controller.ts';
import { expiryController } from './garbage-collection/expiry.ts';
import { createGarbageControllers } from './garbage-collection/garbage-controllers.ts';
import { jobController } from './job/job-controller.ts';
import { orphanJobPodController } from './job/orphan-pods.ts';
import { createNamespaceController } from './namespace/namespace-controller.ts';
import { createGoneNodePodController } from './node-lifecycle/gone-node-pods.ts';
import { createNodeLifecycleController } from './node-lifecycle/node-lifecycle-controller.ts';
import { replicaSetController } from './replica-set/replica-set-controller.ts';

/**
 * Made anew at each start; controllers keep no state between passes.
 *
 * @param clock by which the silence of nodes is measured.
 */
export function allControllers(clock: Clock): Controller[] {
  return [
    deploymentController(),
    replicaSetController(),
    daemonSetController(),
    jobController,
    orphanJobPodController,
    createCronJobController(),
    endpointSliceController(),
    createNodeLifecycleController(clock),
    createGoneNodePodController(clock),
    createNamespaceController(kinds),
    ...createGarbageControllers(kinds, findKind),
    expiryController,
  ];
}
