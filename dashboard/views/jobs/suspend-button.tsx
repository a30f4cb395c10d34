// Holds a Job or a CronJob, or lets it go on.
import type { JSX } from 'preact';
import type { LiveObject } from '../../live/collection-state.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { objectPath, RESOURCES } from '../../request/resource-paths.ts';
import { usePage } from '../../shell/page.ts';

interface SuspendButtonProps {
  word: 'jobs' | 'cronjobs';
  object: LiveObject & { spec: { suspend?: boolean } };
  /** What happens when it is suspended, and when it is resumed. */
  effects: readonly [suspended: string, resumed: string];
}

/** The button. */
export function SuspendButton({ word, object, effects }: SuspendButtonProps): JSX.Element {
  const { request, access } = usePage();
  const ref = RESOURCES[word];
  const { namespace, name = '' } = object.metadata;
  const suspended = object.spec.suspend === true;
  const verb = suspended ? 'Resume' : 'Suspend';
  return (
    <ActionButton
      label={verb}
      question={`${verb} ${name}?`}
      allowed={access.may('patch', ref, namespace, name)}
      confirm={() => effects[suspended ? 1 : 0]}
      run={() =>
        request(`${objectPath(ref, namespace, name)}?fieldManager=gantry-dashboard`, {
          method: 'PATCH',
          contentType: 'application/merge-patch+json',
          body: { spec: { suspend: !suspended } },
        })
      }
      done={suspended ? `${name} goes on` : `${name} is suspended`}
    />
  );
}
