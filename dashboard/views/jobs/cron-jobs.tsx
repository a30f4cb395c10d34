// CronJobs: one, or the list with the Jobs.
import type { JSX } from 'preact';
import type { ViewArguments } from '../../shell/views.ts';
import { CronJobPage } from './cron-job-page.tsx';
import { JobList } from './job-list.tsx';

/** The view. */
export default function CronJobs({ namespace, name }: ViewArguments): JSX.Element {
  return name === undefined ? <JobList /> : <CronJobPage namespace={namespace} name={name} />;
}
