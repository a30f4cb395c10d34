// All rollouts of the namespace that is looked at.
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { JSX } from 'preact';
import { useListHere } from '../../live/use-live.ts';
import { Age } from '../../parts/age.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { View } from '../../parts/view.tsx';
import { objectHref } from '../../shell/route.ts';
import { phaseTone, stepText, weightOf } from './rollout-words.ts';

const COLUMNS: readonly Column<Rollout>[] = [
  {
    head: 'Name',
    width: 'minmax(8rem, 2fr)',
    cell: ({ metadata }) => metadata.name,
    sort: ({ metadata }) => metadata.name,
  },
  {
    head: 'Namespace',
    wide: true,
    cell: ({ metadata }) => metadata.namespace,
    sort: ({ metadata }) => metadata.namespace,
  },
  {
    head: 'Phase',
    width: '7.5rem',
    cell: ({ status }) => <Badge tone={phaseTone(status?.phase)}>{status?.phase ?? 'Unknown'}</Badge>,
    sort: ({ status }) => status?.phase,
  },
  {
    head: 'Strategy',
    wide: true,
    width: '7rem',
    cell: ({ spec }) => (spec.strategy.blueGreen === undefined ? 'canary' : 'blue/green'),
  },
  { head: 'Step', width: '5rem', cell: (rollout) => stepText(rollout) ?? '–' },
  {
    head: 'Weight',
    width: '5rem',
    cell: (rollout) => (weightOf(rollout) === undefined ? '–' : `${weightOf(rollout)?.asked} %`),
  },
  {
    head: 'Pods',
    width: '5rem',
    cell: ({ spec, status }) => `${status?.availableReplicas ?? 0}/${spec.replicas ?? 1}`,
  },
  {
    head: 'Age',
    wide: true,
    width: '5rem',
    cell: ({ metadata }) => <Age since={metadata.creationTimestamp} />,
    sort: ({ metadata }) => metadata.creationTimestamp ?? undefined,
  },
];

/** The list. */
export function RolloutList(): JSX.Element {
  const rollouts = useListHere<Rollout>('rollouts');
  return (
    <View title="Rollouts" lead="How new versions are given the traffic.">
      <Card flush>
        <DataTable
          label="Rollouts"
          rows={rollouts.items}
          synced={rollouts.synced}
          problem={rollouts.problem}
          columns={COLUMNS}
          keyOf={({ metadata }) => metadata.uid ?? ''}
          href={({ metadata: { namespace, name = '' } }) => objectHref('rollouts', namespace, name)}
          empty="There is no rollout here. `gantry apply -f` makes one; manifests/examples has some to begin with."
        />
      </Card>
    </View>
  );
}
