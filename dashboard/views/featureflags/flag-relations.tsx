// What a flag waits for, who waits for it, which rollouts heed it, and what is to come by schedule.
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { JSX } from 'preact';
import { Card } from '../../parts/card.tsx';
import { usePage } from '../../shell/page.ts';
import { objectHref } from '../../shell/route.ts';
import { flagHref } from './flag-href.ts';
import type { FlagRow } from './flag-rows.ts';
import { dependentsOf, prerequisiteSentences, scheduleLines } from './flag-words.ts';

/** The cards; those with nothing to say are left out. */
export function FlagRelations({ object, row }: { object: FeatureFlag; row: FlagRow }): JSX.Element | null {
  const { nowMs } = usePage();
  const { key, rules, uses, namespace } = row;
  const waits = prerequisiteSentences(rules);
  const dependents = dependentsOf(key, object.spec.rules);
  const schedule = scheduleLines(rules, nowMs.value);
  if (waits.length + dependents.length + schedule.length + uses.length === 0) return null;
  return (
    <div class="grid">
      {waits.length + dependents.length + uses.length === 0 ? null : (
        <Card title="Goes together with">
          <ul class="plain-list">
            {waits.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
            {dependents.map(({ key: other, variant }) => (
              <li key={`flag ${other}`}>
                <a href={flagHref(namespace, row.object, other)}>{other}</a> is decided only where this is “
                {variant}”.
              </li>
            ))}
            {uses.map(({ rollout, role }) => (
              <li key={`${rollout} ${role}`}>
                Rollout <a href={objectHref('rollouts', namespace, rollout)}>{rollout}</a>: {role}.
              </li>
            ))}
          </ul>
        </Card>
      )}
      {schedule.length === 0 ? null : (
        <Card title="Schedule">
          <ul class="plain-list">
            {schedule.map(({ at, isPast, what }) => (
              <li key={at} class={isPast ? 'quiet' : ''}>
                <time dateTime={at}>{new Date(at).toLocaleString()}</time>: {what}
                {isPast ? ' (is past)' : ''}
              </li>
            ))}
          </ul>
        </Card>
      )}
    </div>
  );
}
