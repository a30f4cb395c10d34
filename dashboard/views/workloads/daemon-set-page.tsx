// One DaemonSet: on how many nodes it runs, its revisions and pods, and what can be done.
import type { DaemonSet } from '@gantry/api/kinds/daemon-set';
import type { JSX } from 'preact';
import { Card, Facts } from '../../parts/card.tsx';
import { DeleteButton } from '../../parts/delete-button.tsx';
import { Labels } from '../../parts/labels.tsx';
import { ObjectPlace } from '../../parts/object-place.tsx';
import { DaemonSetRevisions } from './revisions-card.tsx';
import { RestartButton } from './workload-actions.tsx';
import { WORKLOADS_CRUMB, WorkloadFrame } from './workload-frame.tsx';
import { daemonSetCounts, isSeen, standingBy } from './workload-rows.ts';

/** The page. */
export function DaemonSetPage({
  namespace,
  name,
}: {
  namespace: string | undefined;
  name: string;
}): JSX.Element {
  return (
    <ObjectPlace<DaemonSet> word="daemonsets" namespace={namespace} name={name} crumb={WORKLOADS_CRUMB}>
      {(daemonSet) => (
        <WorkloadFrame
          word="daemonsets"
          kind="DaemonSet"
          object={daemonSet}
          counts={daemonSetCounts(daemonSet)}
          standing={standingBy(daemonSetCounts(daemonSet), isSeen(daemonSet))}
          actions={<DaemonSetActions daemonSet={daemonSet} />}
        >
          <div class="grid">
            <DaemonSetFacts daemonSet={daemonSet} />
            <DaemonSetRevisions daemonSet={daemonSet} />
          </div>
        </WorkloadFrame>
      )}
    </ObjectPlace>
  );
}

function DaemonSetActions({ daemonSet }: { daemonSet: DaemonSet }): JSX.Element {
  const pods = daemonSet.status?.currentNumberScheduled ?? 0;
  return (
    <>
      <RestartButton word="daemonsets" object={daemonSet} pods={pods} />
      <DeleteButton
        word="daemonsets"
        object={daemonSet}
        consequence={`Its pods on all ${pods} nodes go with it, and its revisions: there is no going back.`}
      />
    </>
  );
}

function DaemonSetFacts({ daemonSet: { spec, status } }: { daemonSet: DaemonSet }): JSX.Element {
  const { type = 'RollingUpdate', rollingUpdate } = spec.updateStrategy ?? {};
  return (
    <Card title="Where it runs, and how it is updated">
      <Facts
        rows={[
          [
            'Nodes with a pod',
            `${status?.currentNumberScheduled ?? 0} of ${status?.desiredNumberScheduled ?? 0}`,
          ],
          ['Where it should not', String(status?.numberMisscheduled ?? 0)],
          ['Strategy', type === 'OnDelete' ? 'when an old pod is deleted by hand' : 'node by node'],
          ['May be missing', type === 'OnDelete' ? undefined : String(rollingUpdate?.maxUnavailable ?? 1)],
          ['May be on top', type === 'OnDelete' ? undefined : String(rollingUpdate?.maxSurge ?? 0)],
          ['Available after', `${spec.minReadySeconds ?? 0} s ready`],
          ['Nodes with', <Labels key="nodes" labels={spec.template.spec.nodeSelector} />],
          ['Selects', <Labels key="selector" labels={spec.selector.matchLabels} />],
        ]}
      />
    </Card>
  );
}
