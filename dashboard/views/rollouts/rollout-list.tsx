// All rollouts of the namespace that is looked at.
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { JSX } from 'preact';
import { useListHere } from '../../live/use-live.ts';
import { Badge } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { withNames } from '../../parts/name-columns.tsx';
import { View } from '../../parts/view.tsx';
import { objectHref } from '../../shell/route.ts';
import { phaseTone, stepText, weightOf } from './rollout-words.ts';

const COLUMNS = withNames<Rollout>([
  {
    head: 'Phase',
    ...{ width: '7.5rem', narrow: '6.8rem' },
    cell: ({ status }) => <Badge tone={phaseTone(status?.phase)}>{status?.phase ?? 'Unknown'}</Badge>,
    sort: ({ status }) => status?.phase,
  },
  {
    head: 'Strategy',
    wide: true,
    width: '7rem',
    cell: ({ spec }) => (spec.strategy.blueGreen === undefined ? 'canary' : 'blue/green'),
  },
  { head: 'Step', wide: true, width: '5rem', cell: (rollout) => stepText(rollout) ?? '–' },
  {
    ...{ head: 'Weight', width: '5rem', narrow: '4.3rem' },
    cell: (rollout) => (weightOf(rollout) === undefined ? '–' : `${weightOf(rollout)?.asked} %`),
  },
  {
    ...{ head: 'Pods', wide: true, width: '5rem' },
    cell: ({ spec, status }) => `${status?.availableReplicas ?? 0}/${spec.replicas ?? 1}`,
  },
]);

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
