// A time as how long ago it is; the time itself on hovering.
import { formatAge } from '@gantry/api/duration';
import type { JSX } from 'preact';
import { usePage } from '../shell/page.ts';

/** `since` as RFC 3339. */
export function Age({ since }: { since: string | undefined | null }): JSX.Element {
  const { nowMs } = usePage();
  if (since === undefined || since === null || since === '') return <span class="quiet">–</span>;
  return (
    <time dateTime={since} title={new Date(since).toLocaleString()}>
      {formatAge(Math.max(0, nowMs.value - Date.parse(since)))}
    </time>
  );
}
