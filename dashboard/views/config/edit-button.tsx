// The button that begins the edit of entries; off, with the reason, where there are too many for the page.
import type { JSX } from 'preact';
import { ENTRIES_EDITED_MAX } from './entries/entry-draft.ts';

interface EditButtonProps {
  button: { current: HTMLButtonElement | null };
  /** How many there are. */
  entries: number;
  onEdit: () => void;
}

/** The button. */
export function EditButton({ button, entries, onEdit }: EditButtonProps): JSX.Element {
  const tooMany = entries > ENTRIES_EDITED_MAX;
  return (
    <button
      ref={button}
      type="button"
      class="button plain small"
      disabled={tooMany}
      {...(tooMany ? { title: `More than ${ENTRIES_EDITED_MAX} entries: use \`gantry edit\`` } : {})}
      onClick={onEdit}
    >
      Edit
    </button>
  );
}

/** What stands where entries cannot be edited by anybody. */
export function ImmutableNote({ kind }: { kind: string }): JSX.Element {
  return (
    <p class="quiet">
      This {kind} is immutable: its entries cannot be changed. Make one under another name instead.
    </p>
  );
}
