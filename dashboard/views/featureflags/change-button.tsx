// A change of one flag: says what will happen, asks why, and writes only the fields concerned.
import { flagPatch, type FlagChange } from '@gantry/api/flags/flag-patch';
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { ComponentChildren, JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { ActionButton } from '../../parts/action-button.tsx';
import { EDIT_MANAGER } from '../../parts/yaml/write-object.ts';
import { objectPath, RESOURCES } from '../../request/resource-paths.ts';
import { usePage } from '../../shell/page.ts';

interface ChangeButtonProps {
  object: FeatureFlag;
  label: string;
  question: string;
  /** What will happen. */
  will: ComponentChildren;
  /** Asked when the user has agreed. */
  change: (nowMs: number) => FlagChange;
  done: string;
  /** Before the question: what was chosen at an earlier one is forgotten. */
  onAsk?: () => void;
  tone?: 'plain' | 'primary' | 'danger';
  disabled?: boolean;
}

/** The button; not there without permission. */
export function ChangeButton({ object, will, change, onAsk, ...button }: ChangeButtonProps): JSX.Element {
  const { request, access, nowMs } = usePage();
  const reason = useRef('');
  const { namespace, name = '' } = object.metadata;
  const query = new URLSearchParams({ fieldManager: EDIT_MANAGER, fieldValidation: 'Strict' });
  return (
    <ActionButton
      {...button}
      allowed={access.may('patch', RESOURCES.featureflags, namespace, name)}
      confirm={() => {
        reason.current = '';
        onAsk?.();
        return (
          <>
            <div>{will}</div>
            <ReasonField onChange={(text) => (reason.current = text)} />
          </>
        );
      }}
      run={() =>
        request(`${objectPath(RESOURCES.featureflags, namespace, name)}?${query}`, {
          method: 'PATCH',
          contentType: 'application/merge-patch+json',
          body: flagPatch(object, change(nowMs.peek()), reason.current === '' ? undefined : reason.current),
        })
      }
    />
  );
}

/** Why, for the history. */
export function ReasonField({ onChange }: { onChange: (reason: string) => void }): JSX.Element {
  return (
    <label class="field-line">
      <span>Why, for the history</span>
      <input
        type="text"
        maxLength={500}
        onInput={({ currentTarget }) => onChange(currentTarget.value.trim())}
      />
    </label>
  );
}
