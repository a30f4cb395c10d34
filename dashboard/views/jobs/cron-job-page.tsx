// One CronJob: when it runs next, its runs and what came of them, and what can be done.
import { manualJobOf } from '@gantry/api/job-of-cron-job';
import type { CronJob } from '@gantry/api/kinds/cron-job';
import type { Job } from '@gantry/api/kinds/job';
import type { JSX } from 'preact';
import { useList } from '../../live/use-live.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { Age } from '../../parts/age.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Card, Facts } from '../../parts/card.tsx';
import { DeleteButton } from '../../parts/delete-button.tsx';
import { EventsOf } from '../../parts/events-of.tsx';
import { LabelsCard } from '../../parts/labels.tsx';
import { ObjectPlace } from '../../parts/object-place.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { View } from '../../parts/view.tsx';
import { useExplanations, WhyLines } from '../../parts/why.tsx';
import { YamlTab } from '../../parts/yaml-tab.tsx';
import { collectionPath, RESOURCES } from '../../request/resource-paths.ts';
import { usePage } from '../../shell/page.ts';
import { Due } from './job-list.tsx';
import { JOBS_CRUMB } from './job-page.tsx';
import { cronJobStanding, runsOf } from './job-words.ts';
import { JobsTable } from './jobs-table.tsx';
import { nextRuns } from './next-run.ts';
import { SuspendButton } from './suspend-button.tsx';

/** The page. */
export function CronJobPage({
  namespace,
  name,
}: {
  namespace: string | undefined;
  name: string;
}): JSX.Element {
  return (
    <ObjectPlace<CronJob> word="cronjobs" namespace={namespace} name={name} crumb={JOBS_CRUMB}>
      {(cronJob) => <CronJobView cronJob={cronJob} />}
    </ObjectPlace>
  );
}

function CronJobView({ cronJob }: { cronJob: CronJob }): JSX.Element {
  const { namespace = '', name = '' } = cronJob.metadata;
  const jobs = useList<Job>('jobs', { namespace });
  const runs = runsOf(cronJob, jobs.items);
  const { word, tone } = cronJobStanding(cronJob, runs);
  return (
    <View
      title={name}
      crumb={JOBS_CRUMB}
      lead={
        <>
          <Badge tone={tone}>{word}</Badge> CronJob in {namespace}
        </>
      }
      actions={<CronJobActions cronJob={cronJob} />}
    >
      <Tabs
        label={`CronJob ${name}`}
        tabs={[
          {
            ...{ id: 'about', label: 'CronJob' },
            content: () => (
              <About cronJob={cronJob} runs={runs} synced={jobs.synced} problem={jobs.problem} />
            ),
          },
          {
            id: 'yaml',
            label: 'YAML',
            content: () => <YamlTab word="cronjobs" namespace={namespace} name={name} />,
          },
        ]}
      />
    </View>
  );
}

function CronJobActions({ cronJob }: { cronJob: CronJob }): JSX.Element {
  const { request, access } = usePage();
  const { namespace, name = '' } = cronJob.metadata;
  return (
    <>
      <ActionButton
        label="Run now"
        tone="primary"
        question={`Run ${name} now?`}
        allowed={access.may('create', RESOURCES.jobs, namespace)}
        confirm={() => 'A Job is made from the template at once, whatever the schedule and its policy say.'}
        run={() =>
          request(`${collectionPath(RESOURCES.jobs, namespace)}?fieldManager=gantry-dashboard`, {
            method: 'POST',
            body: manualJobOf(cronJob),
          })
        }
        done={`${name} runs`}
      />
      <SuspendButton
        word="cronjobs"
        object={cronJob}
        effects={[
          'No new Jobs are made until it is resumed. Those that run go on.',
          'Jobs are made again. If a time was missed meanwhile, the latest is made up for.',
        ]}
      />
      <DeleteButton
        word="cronjobs"
        object={cronJob}
        consequence="Its Jobs, their pods and logs go with it; what runs is stopped."
      />
    </>
  );
}

interface AboutProps {
  cronJob: CronJob;
  runs: readonly Job[];
  synced: boolean;
  problem: string | undefined;
}

function About({ cronJob, runs, synced, problem }: AboutProps): JSX.Element {
  const { namespace = '', name = '', uid, resourceVersion = '' } = cronJob.metadata;
  const explanations = useExplanations('CronJob', namespace, name, resourceVersion);
  return (
    <>
      <WhyLines explanations={explanations} />
      <CronJobFacts cronJob={cronJob} next={nextRuns(explanations).get(`${namespace}/${name}`)} />
      <Card title="Runs" flush>
        <JobsTable
          jobs={runs}
          synced={synced}
          problem={problem}
          asRuns
          maxRows={12}
          empty="It has not run yet, or its runs are no longer kept."
        />
      </Card>
      <EventsOf namespace={namespace} kind="CronJob" name={name} uid={uid} />
      <LabelsCard metadata={cronJob.metadata} />
    </>
  );
}

const POLICIES: Readonly<Record<string, string>> = {
  Allow: 'both run',
  Forbid: 'the new one is left out',
  Replace: 'the old one is ended',
};

function CronJobFacts({
  cronJob: { spec, status },
  next,
}: {
  cronJob: CronJob;
  next: string | undefined;
}): JSX.Element {
  const late = spec.startingDeadlineSeconds;
  return (
    <Card title="When it runs">
      <Facts
        rows={[
          ['Next run', <Due key="next" until={next} />],
          ['Schedule', <code key="schedule">{spec.schedule}</code>],
          ['Time zone', spec.timeZone ?? 'that of the control plane'],
          ['Last due', <Age key="last" since={status?.lastScheduleTime} />],
          ['Last success', <Age key="success" since={status?.lastSuccessfulTime} />],
          ['If one still runs', POLICIES[spec.concurrencyPolicy ?? 'Allow']],
          ['May begin late', late === undefined ? 'without limit' : `by ${late} s`],
          [
            'Runs kept',
            `${spec.successfulJobsHistoryLimit ?? 3} good, ${spec.failedJobsHistoryLimit ?? 1} failed`,
          ],
          ['Images', spec.jobTemplate.spec.template.spec.containers.map(({ image }) => image).join(', ')],
        ]}
      />
    </Card>
  );
}
