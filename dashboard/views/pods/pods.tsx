// Pods: the list, or one.
import type { JSX } from 'preact';
import type { ViewArguments } from '../../shell/views.ts';
import { PodList } from './pod-list.tsx';
import { PodPage } from './pod-page.tsx';

/** The view. */
export default function Pods({ namespace, name }: ViewArguments): JSX.Element {
  return name === undefined ? <PodList /> : <PodPage namespace={namespace} name={name} />;
}
