// Jobs: the list with the CronJobs, or one.
import type { JSX } from 'preact';
import type { ViewArguments } from '../../shell/views.ts';
import { JobList } from './job-list.tsx';
import { JobPage } from './job-page.tsx';

/** The view. */
export default function Jobs({ namespace, name }: ViewArguments): JSX.Element {
  return name === undefined ? <JobList /> : <JobPage namespace={namespace} name={name} />;
}
