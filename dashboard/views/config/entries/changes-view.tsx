// What would change with the entries of an object: texts line by line where they may be seen, sizes where not.
import type { JSX } from 'preact';
import { Badge } from '../../../parts/badge.tsx';
import { diffRows } from '../../../parts/yaml/diff-rows.ts';
import { DiffView } from '../../../parts/yaml/diff-view.tsx';
import { sizeText, type EntryChange } from './entry-draft.ts';

/** The changes, and what the server warns of. */
export function ChangesView({ changes, warnings }: ChangesViewProps): JSX.Element {
  if (changes.length === 0) return <p class="quiet">Nothing would change.</p>;
  return (
    <>
      {warnings.map((warning) => (
        <p key={warning} class="note">
          {warning}
        </p>
      ))}
      <ul class="entry-changes" aria-label="What would change">
        {changes.map((change) => (
          <li key={change.key}>
            <Badge tone={TONES[change.type]}>{change.type}</Badge> <code>{change.key}</code>{' '}
            <span class="quiet">{sizesOf(change)}</span>
            <Lines change={change} />
          </li>
        ))}
      </ul>
    </>
  );
}

interface ChangesViewProps {
  changes: readonly EntryChange[];
  warnings: readonly string[];
}

const TONES = { added: 'good', changed: 'busy', removed: 'bad' } as const;

function sizesOf({ before, after }: EntryChange): string {
  const sizes = [before, after].flatMap((side) => (side === undefined ? [] : [sizeText(side.bytes)]));
  return sizes.join(' → ');
}

/** Only between texts that are known on both sides: a Secret's old value is not shown to be compared. */
function Lines({ change: { type, before, after } }: { change: EntryChange }): JSX.Element | null {
  if (type !== 'changed' || before?.value === undefined || after === undefined) return null;
  if (!('text' in before.value) || !('text' in after.value)) return null;
  return <DiffView difference={diffRows(before.value.text, after.value.text)} />;
}
