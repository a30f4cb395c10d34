// All workloads of the namespace that is looked at, of whatever kind.
import type { DaemonSet } from '@gantry/api/kinds/daemon-set';
import type { Deployment } from '@gantry/api/kinds/deployment';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { useListHere } from '../../live/use-live.ts';
import { Age } from '../../parts/age.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { FilterTabs, useFilter, type Filter } from '../../parts/filter-tabs.tsx';
import { NameFilter } from '../../parts/name-filter.tsx';
import { Toggle } from '../../parts/toggle.tsx';
import { View } from '../../parts/view.tsx';
import { objectHref } from '../../shell/route.ts';
import { workloadRows, type WorkloadRow } from './workload-rows.ts';

const ofKind = (kind: string) => (row: WorkloadRow) => row.kind === kind;
const FILTERS: readonly Filter<WorkloadRow>[] = [
  { id: 'all', label: 'All', keeps: ({ isManaged }) => !isManaged },
  { id: 'deployments', label: 'Deployments', keeps: ofKind('Deployment') },
  { id: 'daemonsets', label: 'DaemonSets', keeps: ofKind('DaemonSet') },
  { id: 'replicasets', label: 'ReplicaSets', keeps: ofKind('ReplicaSet') },
  {
    ...{ id: 'trouble', label: 'In trouble' },
    keeps: ({ isManaged, standing: { tone } }) => !isManaged && (tone === 'bad' || tone === 'warn'),
  },
];

const COLUMNS: readonly Column<WorkloadRow>[] = [
  {
    ...{ head: 'Name', width: 'minmax(7rem, 2fr)' },
    cell: ({ name }) => <span title={name}>{name}</span>,
    sort: ({ name }) => name,
  },
  { head: 'Kind', wide: true, width: '7rem', cell: ({ kind }) => kind, sort: ({ kind }) => kind },
  { head: 'Namespace', wide: true, cell: ({ namespace }) => namespace, sort: ({ namespace }) => namespace },
  {
    ...{ head: 'Status', width: '7.5rem' },
    cell: ({ standing: { word, tone } }) => <Badge tone={tone}>{word}</Badge>,
    sort: ({ standing: { word } }) => word,
  },
  {
    ...{ head: 'Available', width: '5.5rem' },
    cell: ({ counts: { available, desired } }) => `${available}/${desired}`,
    sort: ({ counts: { available } }) => available,
  },
  {
    ...{ head: 'Updated', wide: true, width: '5.5rem' },
    cell: ({ counts: { updated } }) => updated ?? '–',
    sort: ({ counts: { updated } }) => updated,
  },
  {
    ...{ head: 'Images', wide: true, width: 'minmax(0, 2fr)' },
    cell: ({ images }) => <span title={images}>{images}</span>,
    sort: ({ images }) => images,
  },
  {
    ...{ head: 'Age', wide: true, width: '4rem' },
    cell: ({ created }) => <Age since={created} />,
    sort: ({ created }) => created,
  },
];

/** The list. */
export function WorkloadList(): JSX.Element {
  const deployments = useListHere<Deployment>('deployments');
  const daemonSets = useListHere<DaemonSet>('daemonsets');
  const replicaSets = useListHere<ReplicaSet>('replicasets');
  const [text, setText] = useState('');
  const [withOld, setWithOld] = useState(false);
  const filter = useFilter(FILTERS);
  const all = useMemo(
    () =>
      workloadRows({
        deployments: deployments.items,
        daemonSets: daemonSets.items,
        replicaSets: replicaSets.items,
      }).filter(({ isOld }) => withOld || !isOld),
    [deployments.items, daemonSets.items, replicaSets.items, withOld],
  );
  const shown = all.filter((row) => filter.keeps(row) && row.name.includes(text.toLowerCase()));
  return (
    <View title="Workloads" actions={<NameFilter label="Filter workloads" value={text} onChange={setText} />}>
      <FilterTabs label="Which workloads" filters={FILTERS} rows={all} />
      {filter.id === 'replicasets' ? (
        <Toggle
          label="Show old ones, which are kept for undo and have no pods"
          on={withOld}
          onChange={setWithOld}
        />
      ) : null}
      <Card flush>
        <DataTable
          label="Workloads"
          rows={shown}
          synced={deployments.synced && daemonSets.synced && replicaSets.synced}
          problem={deployments.problem ?? daemonSets.problem ?? replicaSets.problem}
          columns={COLUMNS}
          keyOf={({ key }) => key}
          href={({ word, namespace, name }) => objectHref(word, namespace, name)}
          empty={
            all.length === 0
              ? 'There is no workload here. `gantry apply -f` makes one; manifests/examples has some to begin with.'
              : 'No workload is like that.'
          }
        />
      </Card>
    </View>
  );
}
