// The first look: what is wrong, what is being released, what the cluster has and what goes through it.
import type { Deployment } from '@gantry/api/kinds/deployment';
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { JSX } from 'preact';
import { useList, useListHere, type LiveList } from '../../live/use-live.ts';
import { Badge } from '../../parts/badge.tsx';
import { Card, Empty } from '../../parts/card.tsx';
import { View } from '../../parts/view.tsx';
import { usePage } from '../../shell/page.ts';
import { objectHref } from '../../shell/route.ts';
import { isUnderWay, phaseTone, sentenceOf, stepText, weightOf } from '../rollouts/rollout-words.ts';
import { CapacityCard } from './capacity-card.tsx';
import { TrafficCard } from './traffic-card.tsx';
import { TROUBLES_MAX, troublesOf } from './troubles.ts';

/** The overview. */
export default function Overview(): JSX.Element {
  const nodes = useList<Node>('nodes');
  const pods = useListHere<Pod>('pods');
  const rollouts = useListHere<Rollout>('rollouts');
  const deployments = useListHere<Deployment>('deployments');
  const synced = nodes.synced && pods.synced && rollouts.synced && deployments.synced;
  const looked = {
    nodes: nodes.items,
    pods: pods.items,
    rollouts: rollouts.items,
    deployments: deployments.items,
  };
  return (
    <View title="Overview">
      <TroublesCard
        {...looked}
        synced={synced}
        unseen={[nodes, pods, rollouts, deployments].flatMap(({ problem }) => problem ?? [])}
      />
      <div class="grid">
        <ReleasesCard rollouts={rollouts} />
        {nodes.problem === undefined ? (
          <CapacityCard nodes={nodes.items} pods={pods.items} />
        ) : (
          <Card title="Nodes and capacity">
            <Empty>{nodes.problem}</Empty>
          </Card>
        )}
      </div>
      <TrafficCard />
    </View>
  );
}

type TroublesCardProps = Parameters<typeof troublesOf>[0] & {
  synced: boolean;
  /** Why lists cannot be looked at. */
  unseen: readonly string[];
};

function TroublesCard({ synced, unseen, ...looked }: TroublesCardProps): JSX.Element {
  const { nowMs } = usePage();
  const troubles = troublesOf(looked, nowMs.value);
  const shown = troubles.slice(0, TROUBLES_MAX);
  return (
    <Card title="What is wrong right now">
      {unseen.map((problem) => (
        <p key={problem} class="warn-text">
          {problem}
        </p>
      ))}
      {unseen.length > 0 && shown.length === 0 ? null : shown.length === 0 ? (
        <p class="all-well">
          {synced ? '✓ Nothing. All nodes, rollouts and pods are as they should be.' : 'Loading …'}
        </p>
      ) : (
        <ul class="problems">
          {shown.map(({ tone, kind, name, href, why }) => (
            <li key={`${href} ${why}`}>
              <Badge tone={tone}>{kind}</Badge>
              <span>
                <a href={href}>{name}</a> {why}
              </span>
            </li>
          ))}
        </ul>
      )}
      {troubles.length > shown.length ? <p class="quiet">and {troubles.length - shown.length} more</p> : null}
    </Card>
  );
}

function ReleasesCard({ rollouts }: { rollouts: LiveList<Rollout> }): JSX.Element {
  const underWay = rollouts.items.filter(isUnderWay);
  return (
    <Card title="Releases under way" actions={<a href="/dashboard/rollouts">All rollouts</a>}>
      {underWay.length === 0 ? (
        <Empty>{rollouts.problem ?? (rollouts.synced ? 'None.' : 'Loading …')}</Empty>
      ) : null}
      <ul class="problems">
        {underWay.map((rollout) => {
          const { name = '', namespace, uid } = rollout.metadata;
          const step = stepText(rollout);
          const weight = weightOf(rollout);
          const { message, reasons } = rollout.status ?? {};
          return (
            <li key={uid}>
              <Badge tone={phaseTone(rollout.status?.phase)}>{rollout.status?.phase ?? 'Unknown'}</Badge>
              <span>
                <a href={objectHref('rollouts', namespace, name)}>{name}</a>{' '}
                {[
                  ...(step === undefined ? [] : [`step ${step}`]),
                  ...(weight === undefined ? [] : [`${weight.asked} % of the traffic`]),
                  ...(message === undefined ? [] : [sentenceOf(message, reasons)]),
                ].join(' · ')}
              </span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
