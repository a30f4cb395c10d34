// Rollouts: the list, or one.
import type { JSX } from 'preact';
import type { ViewArguments } from '../../shell/views.ts';
import { RolloutList } from './rollout-list.tsx';

/** The view. */
export default function Rollouts(_: ViewArguments): JSX.Element {
  return <RolloutList />;
}
