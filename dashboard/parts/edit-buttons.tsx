// The buttons below what is edited: nothing is stored that was not checked and compared first.
import type { JSX } from 'preact';

interface CheckThenProps {
  busy: boolean;
  /** What stands there has been checked, and changes something. */
  isChecked: boolean;
  /** It cannot be checked as it stands. */
  hasFaults: boolean;
  /** On the second button, and what that does. */
  verb: string;
  does: string;
  onCheck: () => void;
  onDo: () => void;
}

/** Check first, then do it. */
export function CheckThen(props: CheckThenProps): JSX.Element {
  const { busy, isChecked, hasFaults, verb, does, onCheck, onDo } = props;
  return (
    <>
      <button
        type="button"
        class={isChecked ? 'button plain' : 'button primary'}
        disabled={busy || hasFaults}
        onClick={onCheck}
      >
        Check and compare
      </button>
      <button
        type="button"
        class="button primary"
        disabled={busy || !isChecked}
        title={isChecked ? does : 'Check it first'}
        onClick={onDo}
      >
        {verb}
      </button>
    </>
  );
}

interface EditButtonsProps extends Pick<CheckThenProps, 'busy' | 'isChecked' | 'onCheck'> {
  hasFaults?: boolean;
  onLeave: () => void;
  onSave: () => void;
}

/** Cancel, check, save. */
export function EditButtons({ hasFaults = false, onLeave, onSave, ...rest }: EditButtonsProps): JSX.Element {
  return (
    <div class="actions">
      <button type="button" class="button plain" disabled={rest.busy} onClick={onLeave}>
        Cancel
      </button>
      <CheckThen
        {...rest}
        hasFaults={hasFaults}
        verb="Save"
        does="Stores what is shown below"
        onDo={onSave}
      />
    </div>
  );
}
