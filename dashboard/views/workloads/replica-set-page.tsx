// One ReplicaSet: a version of a Deployment or a Rollout, or one that stands alone.
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import { controllerOf } from '@gantry/api/owner-references';
import { REVISION } from '@gantry/api/workload-revisions';
import type { JSX } from 'preact';
import { Age } from '../../parts/age.tsx';
import { Card, Facts } from '../../parts/card.tsx';
import { DeleteButton } from '../../parts/delete-button.tsx';
import { Labels } from '../../parts/labels.tsx';
import { ObjectPlace } from '../../parts/object-place.tsx';
import { ownerLink } from '../../parts/owner-link.tsx';
import { ScaleButton } from './workload-actions.tsx';
import { WORKLOADS_CRUMB, WorkloadFrame } from './workload-frame.tsx';
import { isSeen, replicaSetCounts, standingBy } from './workload-rows.ts';

/** The page. */
export function ReplicaSetPage({
  namespace,
  name,
}: {
  namespace: string | undefined;
  name: string;
}): JSX.Element {
  return (
    <ObjectPlace<ReplicaSet> word="replicasets" namespace={namespace} name={name} crumb={WORKLOADS_CRUMB}>
      {(replicaSet) => (
        <WorkloadFrame
          word="replicasets"
          kind="ReplicaSet"
          object={replicaSet}
          counts={replicaSetCounts(replicaSet)}
          standing={standingBy(replicaSetCounts(replicaSet), isSeen(replicaSet))}
          actions={<ReplicaSetActions replicaSet={replicaSet} />}
        >
          <ReplicaSetFacts replicaSet={replicaSet} />
        </WorkloadFrame>
      )}
    </ObjectPlace>
  );
}

function ReplicaSetActions({ replicaSet }: { replicaSet: ReplicaSet }): JSX.Element {
  const owner = controllerOf(replicaSet);
  const replicas = replicaSet.spec.replicas ?? 1;
  return (
    <>
      {owner === undefined ? (
        <ScaleButton word="replicasets" object={replicaSet} replicas={replicas} />
      ) : null}
      <DeleteButton
        word="replicasets"
        object={replicaSet}
        consequence={
          <>
            <p>Its {replicaSet.status?.replicas ?? replicas} pods go with it.</p>
            {owner === undefined ? null : (
              <p>
                {owner.kind} {owner.name} makes it anew if it is the present version; an old one can then not
                be gone back to.
              </p>
            )}
          </>
        }
      />
    </>
  );
}

function ReplicaSetFacts({ replicaSet: { metadata, spec } }: { replicaSet: ReplicaSet }): JSX.Element {
  return (
    <Card title="The ReplicaSet">
      <Facts
        rows={[
          ['Managed by', ownerLink(metadata)],
          ['Revision', metadata.annotations?.[REVISION]],
          ['Images', (spec.template?.spec.containers ?? []).map(({ image }) => image).join(', ')],
          ['Created', <Age key="age" since={metadata.creationTimestamp} />],
          ['Selects', <Labels key="selector" labels={spec.selector.matchLabels} />],
        ]}
      />
    </Card>
  );
}
