// CronJobs and Jobs of the namespace that is looked at.
import { formatAge } from '@gantry/api/duration';
import type { CronJob } from '@gantry/api/kinds/cron-job';
import type { Job } from '@gantry/api/kinds/job';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { useListHere } from '../../live/use-live.ts';
import { Age } from '../../parts/age.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { FilterTabs, useFilter, type Filter } from '../../parts/filter-tabs.tsx';
import { View } from '../../parts/view.tsx';
import { useExplanations } from '../../parts/why.tsx';
import { usePage } from '../../shell/page.ts';
import { objectHref } from '../../shell/route.ts';
import { cronJobStanding, isOver, jobTone, runsOf } from './job-words.ts';
import { JobsTable } from './jobs-table.tsx';
import { dueText, nextRuns } from './next-run.ts';

const FILTERS: readonly Filter<Job>[] = [
  { id: 'all', label: 'All', keeps: () => true },
  { id: 'running', label: 'Running', keeps: (job) => !isOver(job) },
  { id: 'failed', label: 'Failed', keeps: (job) => jobTone(job) === 'bad' },
];

/** The list. */
export function JobList(): JSX.Element {
  const jobs = useListHere<Job>('jobs');
  const filter = useFilter(FILTERS);
  return (
    <View title="Jobs">
      <CronJobsCard jobs={jobs.items} />
      <FilterTabs label="Which Jobs" filters={FILTERS} rows={jobs.items} />
      <Card flush>
        <JobsTable
          jobs={jobs.items.filter(filter.keeps)}
          synced={jobs.synced}
          problem={jobs.problem}
          empty={jobs.items.length === 0 ? 'There are no Jobs here.' : 'No Job is like that.'}
        />
      </Card>
    </View>
  );
}

interface CronJobRow {
  cronJob: CronJob;
  runs: readonly Job[];
  next: string | undefined;
}

const COLUMNS: readonly Column<CronJobRow>[] = [
  {
    ...{ head: 'Name', width: 'minmax(6rem, 2fr)', narrow: 'minmax(5rem, 2fr)' },
    cell: ({ cronJob: { metadata } }) => metadata.name,
    sort: ({ cronJob: { metadata } }) => metadata.name,
  },
  {
    ...{ head: 'Namespace', wide: true },
    cell: ({ cronJob: { metadata } }) => metadata.namespace,
    sort: ({ cronJob: { metadata } }) => metadata.namespace,
  },
  {
    ...{ head: 'Status', width: '8.5rem', narrow: '7.5rem' },
    cell: ({ cronJob, runs }) => {
      const { word, tone } = cronJobStanding(cronJob, runs);
      return <Badge tone={tone}>{word}</Badge>;
    },
    sort: ({ cronJob, runs }) => cronJobStanding(cronJob, runs).word,
  },
  {
    ...{ head: 'Schedule', wide: true, width: 'minmax(8rem, 1.5fr)' },
    cell: ({ cronJob: { spec } }) =>
      [spec.schedule, ...(spec.timeZone === undefined ? [] : [spec.timeZone])].join(' · '),
  },
  {
    ...{ head: 'Next run', width: '6rem', narrow: '5rem' },
    cell: ({ next }) => <Due until={next} />,
    sort: ({ next }) => next,
  },
  {
    ...{ head: 'Last run', wide: true, width: '5rem' },
    cell: ({ cronJob: { status } }) => <Age since={status?.lastScheduleTime} />,
    sort: ({ cronJob: { status } }) => status?.lastScheduleTime,
  },
];

function CronJobsCard({ jobs }: { jobs: readonly Job[] }): JSX.Element {
  const { namespace } = usePage();
  const { items, synced, problem } = useListHere<CronJob>('cronjobs');
  // Asked anew when any has run: until then the next run stays where it is.
  const version = items.map(({ metadata }) => metadata.resourceVersion ?? '').join(' ');
  const next = nextRuns(useExplanations('CronJob', namespace.value, undefined, version));
  const rows = useMemo(
    () =>
      items.map((cronJob) => ({
        cronJob,
        runs: runsOf(cronJob, jobs),
        next: next.get(`${cronJob.metadata.namespace}/${cronJob.metadata.name}`),
      })),
    [items, jobs, [...next].join(' ')],
  );
  return (
    <Card title="CronJobs" flush>
      <DataTable
        label="CronJobs"
        rows={rows}
        synced={synced}
        problem={problem}
        columns={COLUMNS}
        keyOf={({ cronJob: { metadata } }) => metadata.uid ?? ''}
        href={({ cronJob: { metadata } }) => objectHref('cronjobs', metadata.namespace, metadata.name ?? '')}
        empty="Nothing runs by the clock here."
        maxRows={8}
      />
    </Card>
  );
}

/** When something is due. */
export function Due({ until }: { until: string | undefined }): JSX.Element {
  const { nowMs } = usePage();
  if (until === undefined) return <span class="quiet">–</span>;
  return (
    <time dateTime={until} title={new Date(until).toLocaleString()}>
      {dueText(until, formatAge, nowMs.value)}
    </time>
  );
}
