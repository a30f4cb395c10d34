// Says when what is shown is old: the control plane has not been heard of.
import { formatAge } from '@gantry/api/duration';
import type { JSX } from 'preact';
import { usePage } from './page.ts';

/** Nothing while the connection stands. */
export function ConnectionBanner(): JSX.Element | null {
  const { live, nowMs } = usePage();
  const state = live.state.value;
  if (state.type !== 'lost') return null;
  return (
    <div class="banner" role="alert">
      <strong>Disconnected.</strong> What you see is {formatAge(Math.max(0, nowMs.value - state.sinceMs))}{' '}
      old. Workloads run on without the control plane; this page comes back by itself.
      <button type="button" class="button plain small" onClick={() => live.retry()}>
        Try now
      </button>
    </div>
  );
}
