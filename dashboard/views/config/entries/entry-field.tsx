// One entry while it is edited: its value as a field where it is a text that may be seen, and what else can be done with it.
import type { JSX } from 'preact';
import { Badge } from '../../../parts/badge.tsx';
import { usePage } from '../../../shell/page.ts';
import {
  bytesOf,
  FILE_BYTES_MAX,
  sizeText,
  valueOfBytes,
  type DraftRow,
  type EntryValue,
  type Wish,
} from './entry-draft.ts';
import { FileButton } from './file-button.tsx';
import { lineEndsOf, withLineEnds } from './line-ends.ts';

interface EntryFieldProps {
  row: DraftRow;
  /** As it is stored; undefined while it is hidden, and where there is none. */
  value: EntryValue | undefined;
  /** What is wrong with its key. */
  fault: string | undefined;
  onKey: (key: string) => void;
  onWish: (wish: Wish) => void;
  /** Takes a new entry back. */
  onDrop: () => void;
}

/** The entry. */
export function EntryField(props: EntryFieldProps): JSX.Element {
  const { row, value, onWish } = props;
  const { stored, wish } = row;
  return (
    <li class={`entry ${wish.type}`}>
      <div class="entry-head">
        {stored === undefined ? <NewKey {...props} /> : <code class="entry-key">{row.key}</code>}
        <span class="quiet">{factsOf(row, value)}</span>
        {stateOf(row)}
        <EntryActions {...props} />
      </div>
      {isTyped(wish, value) ? (
        <textarea
          class="entry-text"
          aria-label={`Value of ${row.key === '' ? 'the new entry' : row.key}`}
          rows={rowsOf(textOf(wish, value))}
          // What checks spelling may send it away.
          spellcheck={false}
          autocomplete="off"
          value={textOf(wish, value)}
          onInput={({ currentTarget }) => {
            const before = value !== undefined && 'text' in value ? value.text : undefined;
            onWish({ type: 'set', value: { text: withLineEnds(currentTarget.value, before) } });
          }}
        />
      ) : null}
    </li>
  );
}

function NewKey({ row, fault, onKey }: EntryFieldProps): JSX.Element {
  const said = `fault-of-${row.id}`;
  return (
    <span class="entry-key new">
      <input
        type="text"
        aria-label="Name of the new entry"
        aria-invalid={fault !== undefined}
        {...(fault === undefined ? {} : { 'aria-describedby': said })}
        placeholder="name"
        spellcheck={false}
        autocomplete="off"
        autofocus
        value={row.key}
        onInput={({ currentTarget }) => onKey(currentTarget.value.trim())}
      />
      {fault === undefined ? null : (
        <span id={said} class={row.key === '' ? 'quiet' : 'refused'}>
          {fault}
        </span>
      )}
    </span>
  );
}

function EntryActions({ row, value, onWish, onDrop }: EntryFieldProps): JSX.Element {
  const { notices } = usePage();
  const { stored, wish, key } = row;
  const read = async (file: File): Promise<void> => {
    if (file.size > FILE_BYTES_MAX)
      return notices.add('bad', `${file.name} has ${file.size} bytes; an object holds ${FILE_BYTES_MAX}.`);
    const bytes = new Uint8Array(await file.arrayBuffer());
    onWish({ type: 'set', value: valueOfBytes(bytes), file: file.name });
  };
  const of = key === '' ? 'the new entry' : key;
  const press = (label: string, does: () => void): JSX.Element => (
    <button type="button" class="button plain small" aria-label={`${label}: ${of}`} onClick={does}>
      {label}
    </button>
  );
  return (
    <div class="actions">
      {wish.type === 'remove' || isTyped(wish, value)
        ? null
        : press('Type a new value', () => onWish({ type: 'set', value: { text: '' } }))}
      {wish.type === 'remove' ? null : (
        <FileButton label="From a file …" of={of} onFile={(file) => void read(file)} />
      )}
      {stored !== undefined && wish.type !== 'keep' ? press('Undo', () => onWish({ type: 'keep' })) : null}
      {stored === undefined
        ? press('Remove', onDrop)
        : wish.type === 'remove'
          ? null
          : press('Remove', () => onWish({ type: 'remove' }))}
    </div>
  );
}

/** Whether it is a text in a field: typed anew, or stored and one that a field gives back unchanged. */
function isTyped(wish: Wish, value: EntryValue | undefined): boolean {
  if (wish.type === 'remove') return false;
  if (wish.type === 'set') return wish.file === undefined;
  return value !== undefined && 'text' in value && lineEndsOf(value.text) !== 'mixed';
}

function textOf(wish: Wish, value: EntryValue | undefined): string {
  const shown = wish.type === 'set' ? wish.value : value;
  return shown !== undefined && 'text' in shown ? shown.text : '';
}

function stateOf({ stored, wish }: DraftRow): JSX.Element | null {
  if (stored === undefined) return <Badge tone="good">new</Badge>;
  if (wish.type === 'keep') return null;
  return wish.type === 'remove' ? (
    <Badge tone="bad">to be removed</Badge>
  ) : (
    <Badge tone="busy">changed</Badge>
  );
}

function factsOf({ stored, wish }: DraftRow, value: EntryValue | undefined): string {
  if (wish.type === 'set') {
    const from = wish.file === undefined ? '' : ` from ${wish.file}`;
    return `${sizeText(bytesOf(wish.value))}${from}${kindText(wish.value)}`;
  }
  const size = sizeText(stored?.bytes ?? 0);
  return value === undefined ? `${size}, hidden` : `${size}${kindText(value)}`;
}

function kindText(value: EntryValue): string {
  if ('base64' in value) return ', not a text';
  if (lineEndsOf(value.text) === 'mixed') return ', with mixed line ends: only a file replaces it unharmed';
  // It is seldom wanted in a password, and not to be seen.
  return value.text.trimEnd().includes('\n') || !value.text.endsWith('\n') ? '' : ', ends with a line break';
}

const ROWS_MAX = 14;
/** What fits into a row, roughly: a long line is broken into several. */
const ROW_CHARACTERS = 110;

function rowsOf(text: string): number {
  const rows = text.split('\n').reduce((sum, { length }) => sum + Math.max(1, length / ROW_CHARACTERS), 0);
  return Math.min(ROWS_MAX, Math.ceil(rows));
}
