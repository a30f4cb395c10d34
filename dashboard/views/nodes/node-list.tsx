// All nodes, and how full they are.
import type { Node } from '@gantry/api/kinds/node';
import { nodeRolesText } from '@gantry/api/kinds/node-columns';
import type { Pod } from '@gantry/api/kinds/pod';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { nodesInUse, usagePath, type UsageFigures } from '../../live/usage.ts';
import { useLatest, useList } from '../../live/use-live.ts';
import { Age } from '../../parts/age.tsx';
import { cpuText, memoryText } from '../../parts/amount-text.ts';
import { Badge } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { Unmeasured } from '../../parts/no-figures.tsx';
import { View } from '../../parts/view.tsx';
import { objectHref } from '../../shell/route.ts';
import { nodeRows, percentOf, type NodeResource, type NodeRow } from './node-rows.ts';

const COLUMNS: readonly Column<NodeRow>[] = [
  {
    ...{ head: 'Name', width: 'minmax(5rem, 1.5fr)', narrow: 'minmax(3.8rem, 1fr)' },
    cell: ({ name }) => <span title={name}>{name}</span>,
    sort: ({ name }) => name,
  },
  {
    ...{ head: 'Status', width: '7.8rem', narrow: '6.6rem' },
    cell: ({ status, tone }) => (
      <Badge tone={tone} title={status}>
        {status.replace(',SchedulingDisabled', ', closed')}
      </Badge>
    ),
    sort: ({ status }) => status,
  },
  {
    ...{ head: 'Roles', wide: true, width: 'minmax(3.6rem, 1fr)' },
    cell: ({ node }) => nodeRolesText(node).replace('<none>', '–'),
    sort: ({ node }) => nodeRolesText(node),
  },
  {
    ...{ head: 'Pods', width: '4rem', narrow: '3.6rem' },
    cell: ({ pods, podsMax }) => `${pods}/${podsMax}`,
    sort: ({ pods }) => pods,
  },
  ...resourceColumns('CPU', ({ cpu }) => cpu, cpuText),
  ...resourceColumns('Memory', ({ memory }) => memory, memoryText),
  {
    ...{ head: 'Version', wide: true, width: '4.4rem' },
    cell: ({ node }) => <span title={version(node)}>{version(node).split('+')[0]}</span>,
    sort: ({ node }) => version(node),
  },
  {
    ...{ head: 'Age', wide: true, width: '3.6rem' },
    cell: ({ node: { metadata } }) => <Age since={metadata.creationTimestamp} />,
    sort: ({ node: { metadata } }) => metadata.creationTimestamp ?? undefined,
  },
];

const version = ({ status }: Node): string => status?.nodeInfo?.kubeletVersion ?? '–';

function resourceColumns(
  name: string,
  of: (row: NodeRow) => NodeResource,
  text: (amount: number) => string,
): Column<NodeRow>[] {
  return [
    {
      ...{ head: `${name} asked`, wide: true, width: name === 'Memory' ? '7.3rem' : '5.4rem' },
      cell: (row) => {
        const { requested, allocatable } = of(row);
        const share = percentOf(requested, allocatable);
        return (
          <span
            title={`${text(requested)} of ${text(allocatable)}`}
          >{`${share} % of ${text(allocatable)}`}</span>
        );
      },
      sort: (row) => percentOf(of(row).requested, of(row).allocatable),
    },
    {
      ...{ head: `${name} used`, wide: name === 'Memory' },
      ...(name === 'Memory' ? { width: '6.3rem' } : { width: '4.8rem', narrow: '4.6rem' }),
      cell: (row) => {
        const { used, allocatable } = of(row);
        if (used === undefined) return '–';
        return (
          <span title={`${text(used)} of ${text(allocatable)}`}>{`${percentOf(used, allocatable)} %`}</span>
        );
      },
      sort: (row) => percentOf(of(row).used ?? 0, of(row).allocatable),
    },
  ];
}

/** The list. */
export function NodeList(): JSX.Element {
  const nodes = useList<Node>('nodes');
  const pods = useList<Pod>('pods');
  const { figures, problem: unmeasured } = useLatest<UsageFigures>(usagePath());
  const rows = useMemo(
    () => nodeRows(nodes.items, pods.items, nodesInUse(figures)),
    [nodes.items, pods.items, figures],
  );
  return (
    <View title="Nodes">
      <Card flush>
        <DataTable
          label="Nodes"
          rows={rows}
          synced={nodes.synced}
          problem={nodes.problem}
          columns={COLUMNS}
          keyOf={({ name }) => name}
          href={({ name }) => objectHref('nodes', undefined, name)}
          empty="There are no nodes. `gantry agent join` makes this machine one."
        />
        {rows.length === 0 ? null : <Unmeasured problem={unmeasured} />}
      </Card>
    </View>
  );
}
