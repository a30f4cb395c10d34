// One Job: how far it is, its pods, and what can be done.
import type { Job } from '@gantry/api/kinds/job';
import { jobStatusWord } from '@gantry/api/kinds/job/job-columns';
import { formatLabelSelector, fromLabelSelectorObject } from '@gantry/api/label-selector';
import type { JSX } from 'preact';
import { Age } from '../../parts/age.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Card, Facts, Figure } from '../../parts/card.tsx';
import { ConditionsTable } from '../../parts/conditions-table.tsx';
import { DeleteButton } from '../../parts/delete-button.tsx';
import { EventsOf } from '../../parts/events-of.tsx';
import { LabelsCard } from '../../parts/labels.tsx';
import { crumbOf, ObjectPlace } from '../../parts/object-place.tsx';
import { ownerLink } from '../../parts/owner-link.tsx';
import { PodsOf } from '../../parts/pods-of.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { View } from '../../parts/view.tsx';
import { Why } from '../../parts/why.tsx';
import { YamlTab } from '../../parts/yaml-tab.tsx';
import { usePage } from '../../shell/page.ts';
import { isOver, jobTone, tookText } from './job-words.ts';
import { SuspendButton } from './suspend-button.tsx';

/** The list that Jobs and CronJobs belong to. */
export const JOBS_CRUMB = crumbOf('jobs', 'Jobs');

/** The page. */
export function JobPage({ namespace, name }: { namespace: string | undefined; name: string }): JSX.Element {
  return (
    <ObjectPlace<Job> word="jobs" namespace={namespace} name={name} crumb={JOBS_CRUMB}>
      {(job) => <JobView job={job} />}
    </ObjectPlace>
  );
}

function JobView({ job }: { job: Job }): JSX.Element {
  const { namespace = '', name = '' } = job.metadata;
  return (
    <View
      title={name}
      crumb={JOBS_CRUMB}
      lead={
        <>
          <Badge tone={jobTone(job)}>{jobStatusWord(job)}</Badge> Job in {namespace}
        </>
      }
      actions={
        <>
          {isOver(job) ? null : (
            <SuspendButton
              word="jobs"
              object={job}
              effects={[
                'Its running pods are stopped; what has succeeded counts.',
                'Its pods are started again.',
              ]}
            />
          )}
          <DeleteButton
            word="jobs"
            object={job}
            consequence="Its pods and their logs go with it; a running one is stopped."
          />
        </>
      }
    >
      <Tabs
        label={`Job ${name}`}
        tabs={[
          { id: 'about', label: 'Job', content: () => <About job={job} /> },
          {
            id: 'yaml',
            label: 'YAML',
            content: () => <YamlTab word="jobs" namespace={namespace} name={name} />,
          },
        ]}
      />
    </View>
  );
}

function About({ job }: { job: Job }): JSX.Element {
  const { metadata, status } = job;
  const { namespace = '', name = '', uid } = metadata;
  return (
    <>
      <Why kind="Job" object={job} />
      <JobNumbers job={job} />
      <JobFacts job={job} />
      <PodsOf
        namespace={job.metadata.namespace ?? ''}
        labelSelector={formatLabelSelector(fromLabelSelectorObject(job.spec.selector ?? {}))}
      />
      <div class="grid">
        <ConditionsTable conditions={status?.conditions} />
        <EventsOf namespace={namespace} kind="Job" name={name} uid={uid} />
      </div>
      <LabelsCard metadata={metadata} />
    </>
  );
}

function JobNumbers({ job }: { job: Job }): JSX.Element {
  const { nowMs } = usePage();
  const { spec, status } = job;
  return (
    <Card>
      <div class="figures">
        <Figure label="Succeeded" value={status?.succeeded ?? 0} note={`of ${spec.completions ?? 1}`} />
        <Figure
          label="Running"
          value={status?.active ?? 0}
          note={`at most ${spec.parallelism ?? 1} at once`}
        />
        <Figure
          label="Failed"
          value={status?.failed ?? 0}
          tone={(status?.failed ?? 0) > 0 ? 'bad' : ''}
          note={`${spec.backoffLimit ?? 6} are borne`}
        />
        <Figure label={isOver(job) ? 'Took' : 'Has taken'} value={tookText(job, nowMs.value)} />
      </div>
    </Card>
  );
}

function JobFacts({ job: { metadata, spec, status } }: { job: Job }): JSX.Element {
  const { activeDeadlineSeconds: deadline, ttlSecondsAfterFinished: kept } = spec;
  return (
    <Card title="The Job">
      <Facts
        rows={[
          ['Made by', ownerLink(metadata)],
          ['Images', spec.template.spec.containers.map(({ image }) => image).join(', ')],
          ['Mode', spec.completionMode],
          ['Indexes done', status?.completedIndexes],
          ['Indexes failed', status?.failedIndexes],
          ['Must end within', deadline === undefined ? undefined : `${deadline} s`],
          ['Deleted after its end', kept === undefined ? 'never' : `in ${kept} s`],
          ['Started', <Age key="start" since={status?.startTime} />],
        ]}
      />
    </Card>
  );
}
