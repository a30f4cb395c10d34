// The buttons below what is edited: nothing is stored that was not checked and compared first.
import type { JSX } from 'preact';

interface EditButtonsProps {
  busy: boolean;
  /** What stands there has been checked, and changes something. */
  isChecked: boolean;
  /** It cannot be checked as it stands. */
  hasFaults?: boolean;
  onLeave: () => void;
  onCheck: () => void;
  onSave: () => void;
}

/** Cancel, check, save. */
export function EditButtons(props: EditButtonsProps): JSX.Element {
  const { busy, isChecked, hasFaults = false, onLeave, onCheck, onSave } = props;
  return (
    <div class="actions">
      <button type="button" class="button plain" disabled={busy} onClick={onLeave}>
        Cancel
      </button>
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
        title={isChecked ? 'Stores what is shown below' : 'Check it first'}
        onClick={onSave}
      >
        Save
      </button>
    </div>
  );
}
