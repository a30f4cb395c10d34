// Pods as rows: the list of all, and those of a workload, a node, a Job.
import type { Pod } from '@gantry/api/kinds/pod';
import { readyText, restartsText } from '@gantry/api/kinds/pod/pod-columns';
import type { ComponentChildren, JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { podsInUse, usagePath, type UsageFigures, type Used } from '../live/usage.ts';
import { useLatest, type LiveList } from '../live/use-live.ts';
import { usePage } from '../shell/page.ts';
import { objectHref } from '../shell/route.ts';
import { Age } from './age.tsx';
import { cpuText, memoryText } from './amount-text.ts';
import { Badge } from './badge.tsx';
import { DataTable, type Column } from './data-table.tsx';
import { Unmeasured } from './no-figures.tsx';
import { podStatus, podTone, restartCount } from './pod-words.ts';

/** What of the columns is known already from the place where the table stands. */
export type PodColumn = 'namespace' | 'node';

interface PodsTableProps extends Pick<LiveList<Pod>, 'synced' | 'problem'> {
  pods: readonly Pod[];
  empty: ComponentChildren;
  leaveOut?: readonly PodColumn[];
  /** Whose usage is shown; all namespaces where none is given. */
  namespace?: string | undefined;
  maxRows?: number;
}

/** The table. */
export function PodsTable(props: PodsTableProps): JSX.Element {
  const { pods, synced, problem, empty, leaveOut, namespace, maxRows } = props;
  const { figures, problem: unmeasured } = useLatest<UsageFigures>(usagePath(namespace));
  const hidden = leaveOut?.join(' ');
  const columns = useMemo(() => columnsOf(podsInUse(figures), hidden?.split(' ') ?? []), [figures, hidden]);
  return (
    <>
      <DataTable
        label="Pods"
        rows={pods}
        synced={synced}
        problem={problem}
        columns={columns}
        keyOf={({ metadata }) => metadata.uid ?? ''}
        href={({ metadata }) => objectHref('pods', metadata.namespace, metadata.name ?? '')}
        empty={empty}
        {...(maxRows === undefined ? {} : { maxRows })}
      />
      {pods.length === 0 ? null : <Unmeasured problem={unmeasured} />}
    </>
  );
}

function columnsOf(used: ReadonlyMap<string, Used>, hidden: readonly string[]): Column<Pod>[] {
  const usedBy = ({ metadata }: Pod): Used | undefined => used.get(`${metadata.namespace}/${metadata.name}`);
  return [
    {
      head: 'Name',
      width: 'minmax(6rem, 4fr)',
      cell: ({ metadata }) => <span title={metadata.name}>{metadata.name}</span>,
      sort: ({ metadata }) => metadata.name,
    },
    ...(hidden.includes('namespace') ? [] : [NAMESPACE]),
    ...STATE,
    ...(hidden.includes('node') ? [] : [NODE]),
    {
      ...{ head: 'IP', wide: 'very', width: '6.2rem' },
      cell: ({ status }) => status?.podIP ?? '–',
      sort: ({ status }) => status?.podIP,
    },
    {
      ...{ head: 'CPU', wide: true, width: '3.2rem', align: 'end' },
      cell: (pod) => amount(usedBy(pod)?.cpuMilli, cpuText),
      sort: (pod) => usedBy(pod)?.cpuMilli,
    },
    {
      ...{ head: 'Memory', wide: true, width: '4.4rem', align: 'end' },
      cell: (pod) => amount(usedBy(pod)?.memoryBytes, memoryText),
      sort: (pod) => usedBy(pod)?.memoryBytes,
    },
    {
      ...{ head: 'Age', width: '3.6rem', wide: true, align: 'end' },
      cell: ({ metadata }) => <Age since={metadata.creationTimestamp} />,
      sort: ({ metadata }) => metadata.creationTimestamp ?? undefined,
    },
  ];
}

const NAMESPACE: Column<Pod> = {
  ...{ head: 'Namespace', wide: true, width: 'minmax(6.2rem, 1fr)' },
  cell: ({ metadata }) => metadata.namespace,
  sort: ({ metadata }) => metadata.namespace,
};

const NODE: Column<Pod> = {
  ...{ head: 'Node', wide: true },
  cell: ({ spec }) =>
    spec.nodeName === undefined ? (
      '–'
    ) : (
      <a href={objectHref('nodes', undefined, spec.nodeName)}>{spec.nodeName}</a>
    ),
  sort: ({ spec }) => spec.nodeName,
};

const STATE: readonly Column<Pod>[] = [
  {
    head: 'Status',
    ...{ width: '9.4rem', narrow: '6.8rem' },
    cell: (pod) => <Badge tone={podTone(pod)}>{podStatus(pod)}</Badge>,
    sort: (pod) => podStatus(pod),
  },
  { head: 'Ready', width: '3.7rem', cell: readyText, sort: readyText },
  {
    ...{ head: 'Restarts', width: '5.8rem', wide: true },
    cell: (pod) => <Restarts pod={pod} />,
    sort: restartCount,
  },
];

function Restarts({ pod }: { pod: Pod }): JSX.Element {
  const { nowMs } = usePage();
  if (restartCount(pod) === 0) return <span class="quiet">0</span>;
  return <span>{restartsText(pod, nowMs.value)}</span>;
}

function amount(value: number | undefined, text: (value: number) => string): string {
  return value === undefined ? '–' : text(value);
}
