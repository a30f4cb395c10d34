// The pods behind a Service and what may be sent to them.
import type { Endpoint } from '@gantry/api/kinds/endpoint-slice';
import type { JSX } from 'preact';
import { Badge } from '../../parts/badge.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { objectHref } from '../../shell/route.ts';
import { isReady } from './service-rows.ts';

const COLUMNS: readonly Column<Endpoint>[] = [
  {
    head: 'Pod',
    width: 'minmax(8rem, 2fr)',
    cell: ({ targetRef, addresses }) => targetRef?.name ?? addresses[0] ?? '',
    sort: ({ targetRef }) => targetRef?.name,
  },
  { head: 'Address', wide: true, cell: ({ addresses }) => addresses[0] ?? '' },
  {
    head: 'State',
    width: '7.5rem',
    cell: (endpoint) => <StateBadge endpoint={endpoint} />,
    sort: (endpoint) => Number(isReady(endpoint)),
  },
  {
    head: 'Node',
    cell: ({ nodeName }) =>
      nodeName === undefined ? '–' : <a href={objectHref('nodes', undefined, nodeName)}>{nodeName}</a>,
    sort: ({ nodeName }) => nodeName,
  },
];

interface EndpointTableProps {
  namespace: string;
  endpoints: readonly Endpoint[];
  synced: boolean;
}

/** The table. */
export function EndpointTable({ namespace, endpoints, synced }: EndpointTableProps): JSX.Element {
  return (
    <DataTable
      label="Endpoints"
      rows={endpoints}
      synced={synced}
      columns={COLUMNS}
      keyOf={({ addresses }) => addresses[0] ?? ''}
      href={({ targetRef }) => objectHref('pods', targetRef?.namespace ?? namespace, targetRef?.name ?? '')}
      empty="No pod stands behind this Service: none has the labels that it selects."
    />
  );
}

function StateBadge({ endpoint }: { endpoint: Endpoint }): JSX.Element {
  const { serving, terminating } = endpoint.conditions ?? {};
  if (terminating === true) return <Badge tone="busy">{serving === true ? 'Draining' : 'Stopping'}</Badge>;
  return isReady(endpoint) ? <Badge tone="good">Ready</Badge> : <Badge tone="bad">Not ready</Badge>;
}
