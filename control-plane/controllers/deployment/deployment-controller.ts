// Leads each Deployment from version to version through its ReplicaSets.
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import type { Controller } from '../../engine/controller.ts';
import { ownedTrigger, ownTrigger } from '../../engine/triggers.ts';
import { wouldAdopt } from '../claim.ts';
import { observeDeployment, type ObservedDeployment } from './observe.ts';
import { planDeployment } from './plan.ts';
import { describeDeploymentReason } from './reasons.ts';

/** The Deployment controller. Pods wake it through the status of their ReplicaSet. */
export function deploymentController(): Controller<ObservedDeployment> {
  return {
    name: 'deployment',
    definition: deploymentKind,
    triggers: [
      ownTrigger(deploymentKind),
      ownedTrigger(replicaSetKind, deploymentKind, (primary, orphan) =>
        wouldAdopt((primary as Deployment).spec.selector, orphan),
      ),
    ],
    observe: observeDeployment,
    plan: planDeployment,
    primary: ({ deployment }) => deployment,
    describe: describeDeploymentReason,
  };
}
