// What an editor says when somebody else was faster, and the two ways on.
import type { JSX } from 'preact';

interface ConflictNoteProps {
  busy?: boolean;
  onTake: () => void;
  onCompare: () => void;
}

/** Take theirs, or mine on top of theirs. */
export function ConflictNote({ busy = false, onTake, onCompare }: ConflictNoteProps): JSX.Element {
  return (
    <div class="note" role="alert">
      This object was changed by someone else meanwhile. Nothing has been saved.
      <div class="actions">
        <button type="button" class="button plain" disabled={busy} onClick={onTake}>
          Take theirs, drop mine
        </button>
        <button type="button" class="button plain" disabled={busy} onClick={onCompare}>
          Put mine on top of theirs and compare
        </button>
      </div>
    </div>
  );
}
