// All Services of the namespace that is looked at, with what goes through them.
import type { EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import type { Service } from '@gantry/api/kinds/service';
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { TrafficFlow } from '../../live/traffic.ts';
import { useLatest, useListHere } from '../../live/use-live.ts';
import { Badge } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { NameFilter } from '../../parts/name-filter.tsx';
import { Unmeasured } from '../../parts/no-figures.tsx';
import { View } from '../../parts/view.tsx';
import { usePage } from '../../shell/page.ts';
import { objectHref } from '../../shell/route.ts';
import { errorsText, latencyText, rateText } from './flow-text.ts';
import { serviceRows, type ServiceRow } from './service-rows.ts';

const COLUMNS: readonly Column<ServiceRow>[] = [
  { head: 'Name', width: 'minmax(4.5rem, 2fr)', cell: ({ name }) => name, sort: ({ name }) => name },
  {
    head: 'Namespace',
    wide: true,
    width: 'minmax(6.2rem, 1fr)',
    cell: ({ namespace }) => namespace,
    sort: ({ namespace }) => namespace,
  },
  { head: 'Type', wide: true, width: '6.5rem', cell: ({ type }) => type, sort: ({ type }) => type },
  {
    head: 'Address',
    wide: true,
    width: 'minmax(8rem, 1.2fr)',
    cell: ({ addresses }) => addresses,
    sort: ({ addresses }) => addresses,
  },
  { head: 'Ports', wide: true, width: 'minmax(5rem, 1.2fr)', cell: ({ ports }) => ports },
  {
    ...{ head: 'Ready', width: '5.5rem', narrow: '3.7rem' },
    cell: (row) => <ReadyBadge row={row} />,
    sort: ({ ready }) => ready,
  },
  {
    ...{ head: 'Requests', width: '5.5rem', narrow: '5rem', align: 'end' },
    cell: ({ flow }) => (flow === undefined ? '–' : rateText(flow.requestsPerSecond)),
    sort: ({ flow }) => flow?.requestsPerSecond,
  },
  {
    ...{ head: 'Errors', width: '5rem', narrow: '3.9rem', align: 'end' },
    cell: ({ flow }) => (flow === undefined ? '–' : errorsText(flow)),
    sort: ({ flow }) => flow?.errorsPerSecond,
  },
  {
    head: 'p95',
    wide: true,
    width: '5rem',
    align: 'end',
    cell: ({ flow }) => latencyText(flow?.p95Ms),
    sort: ({ flow }) => flow?.p95Ms,
  },
];

/** The list. */
export function ServiceList(): JSX.Element {
  const { namespace } = usePage();
  const services = useListHere<Service>('services');
  const slices = useListHere<EndpointSlice>('endpointslices');
  const query = namespace.value === '' ? '' : `?namespace=${encodeURIComponent(namespace.value)}`;
  const { figures: flow, problem: unmeasured } = useLatest<TrafficFlow>(`/gantry/v1/live/traffic${query}`);
  const [text, setText] = useState('');
  const rows = useMemo(
    () => serviceRows(services.items, slices.items, flow),
    [services.items, slices.items, flow],
  );
  const shown = rows.filter(({ name }) => name.includes(text.toLowerCase()));
  return (
    <View
      title="Services"
      lead="Addresses that stay, whatever pods stand behind them."
      actions={<NameFilter label="Filter Services" value={text} onChange={setText} />}
    >
      <Card flush>
        <DataTable
          label="Services"
          rows={shown}
          synced={services.synced}
          problem={services.problem}
          columns={COLUMNS}
          keyOf={({ namespace: of, name }) => `${of}/${name}`}
          href={({ namespace: of, name }) => objectHref('services', of, name)}
          empty={rows.length === 0 ? 'There are no Services here.' : 'No Service is called that.'}
        />
        {rows.length === 0 ? null : <Unmeasured problem={unmeasured} />}
      </Card>
    </View>
  );
}

function ReadyBadge({ row: { ready, endpoints, type } }: { row: ServiceRow }): JSX.Element {
  if (type === 'ExternalName') return <span class="quiet">–</span>;
  const tone = ready === 0 ? 'bad' : ready < endpoints ? 'warn' : 'good';
  return <Badge tone={tone}>{`${ready}/${endpoints}`}</Badge>;
}
