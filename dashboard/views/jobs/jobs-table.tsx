// Jobs as rows: the list of all, and the runs of a CronJob.
import type { Job } from '@gantry/api/kinds/job';
import { completionsText, jobStatusWord } from '@gantry/api/kinds/job/job-columns';
import type { ComponentChildren, JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { Age } from '../../parts/age.tsx';
import { Badge } from '../../parts/badge.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { ownerLink } from '../../parts/owner-link.tsx';
import { usePage } from '../../shell/page.ts';
import { objectHref } from '../../shell/route.ts';
import { isManual, jobTone, tookText } from './job-words.ts';

interface JobsTableProps {
  jobs: readonly Job[];
  synced: boolean;
  problem: string | undefined;
  empty: ComponentChildren;
  /** Whether they are the runs of one CronJob: then what made each is known, but not whether somebody asked for it. */
  asRuns?: boolean;
  maxRows?: number;
}

/** The table. */
export function JobsTable({
  jobs,
  synced,
  problem,
  empty,
  asRuns = false,
  maxRows,
}: JobsTableProps): JSX.Element {
  const columns = useMemo(() => columnsOf(asRuns), [asRuns]);
  return (
    <DataTable
      label={asRuns ? 'Runs' : 'Jobs'}
      rows={jobs}
      synced={synced}
      problem={problem}
      columns={columns}
      keyOf={({ metadata }) => metadata.uid ?? ''}
      href={({ metadata }) => objectHref('jobs', metadata.namespace, metadata.name ?? '')}
      empty={empty}
      {...(maxRows === undefined ? {} : { maxRows })}
    />
  );
}

function columnsOf(asRuns: boolean): Column<Job>[] {
  return [
    {
      ...{ head: 'Name', width: 'minmax(6rem, 2fr)' },
      cell: ({ metadata }) => <span title={metadata.name}>{metadata.name}</span>,
      sort: ({ metadata }) => metadata.name,
    },
    ...(asRuns
      ? [ASKED]
      : [
          {
            ...{ head: 'Namespace', wide: true },
            cell: ({ metadata }: Job) => metadata.namespace,
            sort: ({ metadata }: Job) => metadata.namespace,
          },
          { ...{ head: 'Made by', wide: true }, cell: ({ metadata }: Job) => ownerLink(metadata) ?? '–' },
        ]),
    {
      ...{ head: 'Status', width: '7.5rem' },
      cell: (job) => <Badge tone={jobTone(job)}>{jobStatusWord(job)}</Badge>,
      sort: jobStatusWord,
    },
    { ...{ head: 'Done', width: '4rem', wide: asRuns }, cell: completionsText, sort: completionsText },
    { ...{ head: 'Failed', width: '4rem', wide: true }, cell: ({ status }) => status?.failed ?? 0 },
    { ...{ head: 'Took', width: '4.5rem', wide: !asRuns }, cell: (job) => <Took job={job} /> },
    {
      ...{ head: 'Age', width: '4rem', wide: true },
      cell: ({ metadata }) => <Age since={metadata.creationTimestamp} />,
      sort: ({ metadata }) => metadata.creationTimestamp ?? undefined,
    },
  ];
}

const ASKED: Column<Job> = {
  ...{ head: 'Asked for by', wide: true, width: '7rem' },
  cell: (job) => (isManual(job) ? 'a person' : 'the schedule'),
  sort: (job) => Number(isManual(job)),
};

function Took({ job }: { job: Job }): JSX.Element {
  const { nowMs } = usePage();
  return <span>{tookText(job, nowMs.value)}</span>;
}
