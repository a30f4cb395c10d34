// Keys with their values; long ones are cut until they are asked for.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

/** One value: a text, or how many bytes it has where it is none. */
export type ShownValue = { text: string } | { bytes: number };

/** The list. */
export function ValueList({ values }: { values: readonly (readonly [string, ShownValue])[] }): JSX.Element {
  if (values.length === 0) return <p class="quiet">It holds nothing.</p>;
  return (
    <dl class="annotations">
      {values.map(([key, value]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>
            <Value value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Longest text that is shown before it is asked for, and at all. */
const CHARACTERS_FIRST = 2000;
const CHARACTERS_MAX = 200_000;

function Value({ value }: { value: ShownValue }): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  if ('bytes' in value) return <span class="quiet">{value.bytes} bytes that are no text</span>;
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
