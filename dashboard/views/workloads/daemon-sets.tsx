// DaemonSets: one, or the list of workloads.
import type { JSX } from 'preact';
import type { ViewArguments } from '../../shell/views.ts';
import { DaemonSetPage } from './daemon-set-page.tsx';
import { WorkloadList } from './workload-list.tsx';

/** The view. */
export default function DaemonSets({ namespace, name }: ViewArguments): JSX.Element {
  return name === undefined ? <WorkloadList /> : <DaemonSetPage namespace={namespace} name={name} />;
}
