// Entries with their values, as far as those may be seen; long ones are cut until they are asked for.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { sizeText, type StoredEntry } from './entries/entry-draft.ts';

/** The list. */
export function ValueList({ entries }: { entries: readonly StoredEntry[] }): JSX.Element {
  if (entries.length === 0) return <p class="quiet">It holds nothing.</p>;
  return (
    <dl class="annotations">
      {entries.map((entry) => (
        <div key={entry.key}>
          <dt>{entry.key}</dt>
          <dd>
            <Value entry={entry} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Longest text that is shown before it is asked for, and at all. */
const CHARACTERS_FIRST = 2000;
const CHARACTERS_MAX = 200_000;

function Value({ entry: { bytes, value } }: { entry: StoredEntry }): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  if (value === undefined) return <span class="quiet">{sizeText(bytes)}, hidden</span>;
  if (!('text' in value)) return <span class="quiet">{sizeText(bytes)} that are no text</span>;
  const { text } = value;
  const limit = isWhole ? CHARACTERS_MAX : CHARACTERS_FIRST;
  return (
    <>
      <pre>{text === '' ? '(empty)' : text.slice(0, limit)}</pre>
      {text.length <= limit ? null : isWhole ? (
        <span class="quiet">and {text.length - limit} more characters</span>
      ) : (
        <button type="button" class="button plain small" onClick={() => setWhole(true)}>
          Show all {text.length} characters
        </button>
      )}
    </>
  );
}
