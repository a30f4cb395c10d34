// Every controller that the leader runs.
import { findKind, kinds } from '@gantry/api/registry';
import type { Clock } from '@gantry/kit/clock';
import { DEFAULT_RANGES, type ClusterRanges } from '../addresses/ranges.ts';
import type { Controller } from '../engine/controller.ts';
import { analysisRunController } from './analysis-run/analysis-run-controller.ts';
import { createCronJobController } from './cron-job/cron-job-controller.ts';
import { daemonSetController } from './daemon-set/daemon-set-controller.ts';
import { deploymentController } from './deployment/deployment-controller.ts';
import { endpointSliceController } from './endpoint-slice/endpoint-slice-controller.ts';
import { experimentController } from './experiment/experiment-controller.ts';
import { expiryController } from './garbage-collection/expiry.ts';
import { createGarbageControllers } from './garbage-collection/garbage-controllers.ts';
import { gatewayControllers } from './gateway/gateway-controllers.ts';
import { jobController } from './job/job-controller.ts';
import { orphanJobPodController } from './job/orphan-pods.ts';
import { createNamespaceController } from './namespace/namespace-controller.ts';
import { createNodeRangesController } from './node-ranges/node-ranges-controller.ts';
import { createGoneNodePodController } from './node-lifecycle/gone-node-pods.ts';
import { createNodeLifecycleController } from './node-lifecycle/node-lifecycle-controller.ts';
import type { ZoneMetrics } from './node-lifecycle/zone-metrics.ts';
import { loadBalancerController } from './load-balancer/load-balancer-controller.ts';
import { podTrafficController } from './pod-traffic/pod-traffic-controller.ts';
import { replicaSetController } from './replica-set/replica-set-controller.ts';
import { leftServiceController } from './rollout/left-services.ts';
import { rolloutController } from './rollout/rollout-controller.ts';

/** What controllers differ in from cluster to cluster. */
export interface ControllerOptions {
  /** Those of pod addresses that nodes are given. */
  ranges?: Pick<ClusterRanges, 'pods'>;
  /** Told how many nodes of each zone are away. */
  zoneMetrics?: ZoneMetrics;
}

/**
 * Made anew at each start; controllers keep no state between passes.
 *
 * @param clock by which the silence of nodes is measured.
 */
export function allControllers(
  clock: Clock,
  { ranges = DEFAULT_RANGES, zoneMetrics }: ControllerOptions = {},
): Controller[] {
  return [
    deploymentController(),
    replicaSetController(),
    rolloutController(),
    leftServiceController(),
    experimentController(),
    daemonSetController(),
    jobController,
    orphanJobPodController,
    createCronJobController(),
    analysisRunController(),
    endpointSliceController(),
    podTrafficController(),
    ...gatewayControllers(),
    loadBalancerController(),
    createNodeLifecycleController(clock, zoneMetrics),
    createGoneNodePodController(clock),
    createNodeRangesController(ranges.pods),
    createNamespaceController(kinds),
    ...createGarbageControllers(kinds, findKind),
    expiryController,
  ];
}
