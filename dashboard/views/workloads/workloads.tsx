// The list of all workloads.
import type { JSX } from 'preact';
import { WorkloadList } from './workload-list.tsx';

/** The view. */
export default function Workloads(): JSX.Element {
  return <WorkloadList />;
}
