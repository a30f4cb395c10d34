// Rollouts: the list, or one.
import type { JSX } from 'preact';
import type { ViewArguments } from '../../shell/views.ts';
import { RolloutList } from './rollout-list.tsx';
import { RolloutPage } from './rollout-page.tsx';

/** The view. */
export default function Rollouts({ namespace, name }: ViewArguments): JSX.Element {
  return namespace === undefined || name === undefined ? (
    <RolloutList />
  ) : (
    <RolloutPage namespace={namespace} name={name} />
  );
}
