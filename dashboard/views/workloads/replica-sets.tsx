// ReplicaSets: one, or the list of workloads.
import type { JSX } from 'preact';
import type { ViewArguments } from '../../shell/views.ts';
import { ReplicaSetPage } from './replica-set-page.tsx';
import { WorkloadList } from './workload-list.tsx';

/** The view. */
export default function ReplicaSets({ namespace, name }: ViewArguments): JSX.Element {
  return name === undefined ? <WorkloadList /> : <ReplicaSetPage namespace={namespace} name={name} />;
}
