// One Deployment: how far its update is, its revisions and pods, and what can be done.
import type { Deployment } from '@gantry/api/kinds/deployment';
import type { JSX } from 'preact';
import { Card, Facts } from '../../parts/card.tsx';
import { DeleteButton } from '../../parts/delete-button.tsx';
import { Labels } from '../../parts/labels.tsx';
import { ObjectPlace } from '../../parts/object-place.tsx';
import { ownerLink } from '../../parts/owner-link.tsx';
import { DeploymentRevisions } from './revisions-card.tsx';
import { PauseButton, RestartButton, ScaleButton } from './workload-actions.tsx';
import { WORKLOADS_CRUMB, WorkloadFrame } from './workload-frame.tsx';
import { deploymentCounts, deploymentStanding } from './workload-rows.ts';

/** The page. */
export function DeploymentPage({
  namespace,
  name,
}: {
  namespace: string | undefined;
  name: string;
}): JSX.Element {
  return (
    <ObjectPlace<Deployment> word="deployments" namespace={namespace} name={name} crumb={WORKLOADS_CRUMB}>
      {(deployment) => (
        <WorkloadFrame
          word="deployments"
          kind="Deployment"
          object={deployment}
          counts={deploymentCounts(deployment)}
          standing={deploymentStanding(deployment)}
          actions={<DeploymentActions deployment={deployment} />}
        >
          <div class="grid">
            <DeploymentFacts deployment={deployment} />
            <DeploymentRevisions deployment={deployment} />
          </div>
        </WorkloadFrame>
      )}
    </ObjectPlace>
  );
}

function DeploymentActions({ deployment }: { deployment: Deployment }): JSX.Element {
  const replicas = deployment.spec.replicas ?? 1;
  return (
    <>
      <ScaleButton word="deployments" object={deployment} replicas={replicas} />
      <RestartButton
        word="deployments"
        object={deployment}
        pods={replicas}
        disabled={deployment.spec.paused === true}
      />
      <PauseButton deployment={deployment} />
      <DeleteButton
        word="deployments"
        object={deployment}
        consequence={`Its ReplicaSets and all ${deployment.status?.replicas ?? replicas} pods go with it, and its revisions: there is no going back.`}
      />
    </>
  );
}

function DeploymentFacts({ deployment }: { deployment: Deployment }): JSX.Element {
  const { metadata, spec } = deployment;
  const { type = 'RollingUpdate', rollingUpdate } = spec.strategy ?? {};
  const { maxUnavailable = '25%', maxSurge = '25%' } = rollingUpdate ?? {};
  return (
    <Card title="How it is updated">
      <Facts
        rows={[
          ['Strategy', type === 'Recreate' ? 'all old pods stop before new ones start' : 'step by step'],
          ['May be missing', type === 'Recreate' ? undefined : String(maxUnavailable)],
          ['May be on top', type === 'Recreate' ? undefined : String(maxSurge)],
          ['Available after', `${spec.minReadySeconds ?? 0} s ready`],
          ['Stuck after', `${spec.progressDeadlineSeconds ?? 600} s without progress`],
          ['Old versions kept', String(spec.revisionHistoryLimit ?? 10)],
          ['Managed by', ownerLink(metadata)],
          ['Selects', <Labels key="selector" labels={spec.selector.matchLabels} />],
        ]}
      />
    </Card>
  );
}
