// The entries of a ConfigMap or Secret while they are edited: what is stored, what shall become of it, and what is wrong with
// that. Values of Secrets may be unknown here: an entry is replaced or removed without having been seen. Pure.
import { decodeBase64, encodeBytes } from '@gantry/api/base64';
import { dataKeyProblem } from '@gantry/api/names';

/** What an entry holds: a text, or bytes that are none. */
export type EntryValue = { text: string } | { base64: string };

/** An entry as it is stored; without `value` where that is not shown. */
export interface StoredEntry {
  key: string;
  bytes: number;
  value?: EntryValue;
}

/** What shall become of an entry. */
export type Wish =
  | { type: 'keep' }
  | { type: 'remove' }
  /** `file`: the name of the file that it was read from. */
  | { type: 'set'; value: EntryValue; file?: string };

/** One entry of a draft; without `stored` it is new, and its key is typed. */
export interface DraftRow {
  id: number;
  key: string;
  stored?: StoredEntry;
  wish: Wish;
}

/** What is edited. */
export interface Draft {
  rows: readonly DraftRow[];
  nextId: number;
}

/** What would change with one entry. */
export interface EntryChange {
  key: string;
  type: 'added' | 'changed' | 'removed';
  before?: StoredEntry;
  after?: { bytes: number; value: EntryValue };
}

/** Entries of an object that is edited in the page; of more, each would be a field of it. */
export const ENTRIES_EDITED_MAX = 500;
/** Bytes of a file that is read: an object holds no more. */
export const FILE_BYTES_MAX = 1024 * 1024;

/** Nothing is changed yet. */
export function draftOf(entries: readonly StoredEntry[]): Draft {
  const rows = entries.map((stored, id): DraftRow => ({
    id,
    key: stored.key,
    stored,
    wish: { type: 'keep' },
  }));
  return { rows, nextId: rows.length };
}

/** One row with other fields. */
export function withRow(draft: Draft, id: number, fields: Partial<Pick<DraftRow, 'key' | 'wish'>>): Draft {
  return { ...draft, rows: draft.rows.map((row) => (row.id === id ? { ...row, ...fields } : row)) };
}

/** A new row at the end. */
export function withAdded(draft: Draft): Draft {
  const row: DraftRow = { id: draft.nextId, key: '', wish: { type: 'set', value: { text: '' } } };
  return { rows: [...draft.rows, row], nextId: draft.nextId + 1 };
}

/** Without a new row. */
export function withoutRow(draft: Draft, id: number): Draft {
  return { ...draft, rows: draft.rows.filter((row) => row.id !== id) };
}

/** The same wishes, put on top of what is stored now. */
export function onTopOf(entries: readonly StoredEntry[], draft: Draft): Draft {
  const wished = new Map(draft.rows.filter(({ wish }) => wish.type !== 'keep').map((row) => [row.key, row]));
  const kept = draftOf(entries).rows.map((row) => {
    const mine = wished.get(row.key);
    wished.delete(row.key);
    return mine === undefined ? row : { ...row, wish: mine.wish };
  });
  const left = [...wished.values()].filter(({ wish }) => wish.type === 'set');
  const added = left.map(({ key, wish }, at): DraftRow => ({ id: kept.length + at, key, wish }));
  return { rows: [...kept, ...added], nextId: kept.length + added.length };
}

/** What is wrong with the keys, by row. */
export function keyFaults({ rows }: Draft): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  const taken = new Set(rows.flatMap(({ stored }) => stored?.key ?? []));
  for (const { id, key, stored } of rows) {
    if (stored !== undefined) continue;
    const problem = key === '' ? 'must have a name' : dataKeyProblem(key);
    if (problem !== undefined) found.set(id, problem);
    else if (taken.has(key)) found.set(id, 'there is an entry of this name: change that one');
    taken.add(key);
  }
  return found;
}

/** What would change, in the order of the keys; an entry that is set to what it is does not. */
export function changesOf({ rows }: Draft): EntryChange[] {
  const changes = rows.flatMap(({ key, stored, wish }): EntryChange[] => {
    const before = stored === undefined ? {} : { before: stored };
    if (wish.type === 'remove') return [{ key, type: 'removed', ...before }];
    if (wish.type === 'keep' || isSame(stored?.value, wish.value)) return [];
    const after = { bytes: bytesOf(wish.value), value: wish.value };
    return [{ key, type: stored === undefined ? 'added' : 'changed', ...before, after }];
  });
  return changes.sort((a, b) => (a.key < b.key ? -1 : 1));
}

function isSame(a: EntryValue | undefined, b: EntryValue): boolean {
  if (a === undefined) return false;
  return 'text' in a ? 'text' in b && a.text === b.text : 'base64' in b && a.base64 === b.base64;
}

/** How many bytes it takes. */
export function bytesOf(value: EntryValue): number {
  return 'text' in value ? new TextEncoder().encode(value.text).length : byteCount(value.base64);
}

function byteCount(base64: string): number {
  const signs = base64.replace(/[=\s]/g, '').length;
  return Math.floor((signs * 3) / 4);
}

/** A value from base64: a text where it is one. */
export function valueOfBase64(base64: string): EntryValue {
  const text = decodeBase64(base64);
  return text === undefined ? { base64 } : { text };
}

/** What a file holds. */
export function valueOfBytes(bytes: Uint8Array): EntryValue {
  return valueOfBase64(encodeBytes(bytes));
}

/** For people. */
export function sizeText(bytes: number): string {
  return bytes === 1 ? '1 byte' : `${bytes} bytes`;
}
