// Deployments: one, or the list of workloads.
import type { JSX } from 'preact';
import type { ViewArguments } from '../../shell/views.ts';
import { DeploymentPage } from './deployment-page.tsx';
import { WorkloadList } from './workload-list.tsx';

/** The view. */
export default function Deployments({ namespace, name }: ViewArguments): JSX.Element {
  return name === undefined ? <WorkloadList /> : <DeploymentPage namespace={namespace} name={name} />;
}
