// The editor of a ConfigMap's or Secret's entries, one by one: change, check (a dry run on the server, and what would change), save.
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ConflictNote } from '../../../parts/conflict-note.tsx';
import { EditButtons } from '../../../parts/edit-buttons.tsx';
import { ChangesView } from './changes-view.tsx';
import { keyFaults, withAdded, withoutRow, withRow, type EntryValue } from './entry-draft.ts';
import { EntryField } from './entry-field.tsx';
import { useEntriesEdit, type EntriesEdit, type EntriesTarget } from './use-entries-edit.ts';
import './entries.css';

interface EntriesEditorProps extends EntriesTarget {
  /** The version that is stored now. */
  storedVersion: string | undefined;
  /** Values of a Secret that are in sight, of the version that the edit began with. */
  shown?: ReadonlyMap<string, EntryValue>;
}

/** The editor. */
export function EntriesEditor({ storedVersion, shown, ...target }: EntriesEditorProps): JSX.Element {
  const edit = useEntriesEdit(target);
  const place = useRef<HTMLDivElement>(null);
  // The button that was pressed is gone: focus goes on with what has come in its place.
  useEffect(() => place.current?.focus({ preventScroll: true }), []);
  const { draft, verdict } = edit;
  const faults = keyFaults(draft);
  const isStale = storedVersion !== undefined && storedVersion !== edit.base.resourceVersion;
  return (
    <div
      ref={place}
      class="entries-editor"
      tabIndex={-1}
      role="group"
      aria-label={`Entries of ${target.name}`}
    >
      <ul class="entries">
        {draft.rows.map((row) => (
          <EntryField
            key={row.id}
            row={row}
            value={row.stored?.value ?? shown?.get(row.key)}
            fault={faults.get(row.id)}
            onKey={(key) => edit.change(withRow(draft, row.id, { key }))}
            onWish={(wish) => edit.change(withRow(draft, row.id, { wish }))}
            onDrop={() => edit.change(withoutRow(draft, row.id))}
          />
        ))}
      </ul>
      <button type="button" class="button plain small" onClick={() => edit.change(withAdded(draft))}>
        Add an entry
      </button>
      <EditButtons
        busy={edit.busy}
        isChecked={verdict?.type === 'checked' && verdict.changes.length > 0}
        hasFaults={faults.size > 0}
        onLeave={target.onDone}
        onCheck={() => void edit.check()}
        onSave={() => void edit.save()}
      />
      {isStale && verdict?.type !== 'conflict' ? (
        <p class="note">
          {target.kind} was changed by someone or something since you began; saving will tell.
        </p>
      ) : null}
      <VerdictView edit={edit} onTake={target.onDone} />
    </div>
  );
}

function VerdictView({ edit, onTake }: { edit: EntriesEdit; onTake: () => void }): JSX.Element | null {
  const { verdict, busy } = edit;
  if (verdict === undefined || verdict.type === 'saved') return null;
  if (verdict.type === 'checked')
    return <ChangesView changes={verdict.changes} warnings={verdict.warnings} />;
  if (verdict.type === 'refused')
    return (
      <ul class="faults" role="alert">
        {verdict.sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    );
  return <ConflictNote busy={busy} onTake={onTake} onCompare={() => void edit.rebase()} />;
}
