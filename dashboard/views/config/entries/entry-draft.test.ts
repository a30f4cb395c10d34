import test from 'ava';
import {
  changesOf,
  draftOf,
  keyFaults,
  onTopOf,
  valueOfBase64,
  valueOfBytes,
  withAdded,
  withoutRow,
  withRow,
  type Draft,
  type StoredEntry,
} from './entry-draft.ts';

const STORED: StoredEntry[] = [
  { key: 'a', bytes: 3, value: { text: 'old' } },
  { key: 'b', bytes: 2, value: { base64: 'AP8=' } },
  { key: 'hidden', bytes: 9 },
];
const set = (text: string) => ({ wish: { type: 'set', value: { text } } }) as const;

function added(draft: Draft, key: string, text: string): Draft {
  return withRow(withAdded(draft), draft.nextId, { key, ...set(text) });
}

test('nothing changes until something is wished, nor when it is what it was', (t) => {
  const draft = draftOf(STORED);
  t.deepEqual(changesOf(draft), []);
  t.deepEqual(changesOf(withRow(draft, 0, set('old'))), []);
  t.deepEqual(changesOf(withoutRow(withAdded(draft), 3)), []);
});

test('changes are told in the order of the keys, with sizes in bytes', (t) => {
  const draft = added(
    withRow(withRow(draftOf(STORED), 1, { wish: { type: 'remove' } }), 2, set('ä')),
    'A',
    '',
  );
  t.deepEqual(
    changesOf(draft).map(({ key, type, before, after }) => [key, type, before?.bytes, after?.bytes]),
    [
      ['A', 'added', undefined, 0],
      ['b', 'removed', 2, undefined],
      ['hidden', 'changed', 9, 2],
    ],
  );
});

test('a hidden value that is typed anew is a change: whether it is the same is not known', (t) => {
  t.is(changesOf(withRow(draftOf(STORED), 2, set('whatever'))).length, 1);
});

test('keys of new entries are judged, and none is there twice', (t) => {
  const faultOf = (key: string): string | undefined => {
    const draft = added(draftOf(STORED), key, '');
    return keyFaults(draft).get(3);
  };
  for (const key of ['', 'a b', '<img>', '..x', 'a', 'hidden', 'k'.repeat(254)])
    t.regex(faultOf(key) ?? '', /\S/, key);
  for (const key of ['constructor', '.dockerconfigjson', 'a_b-C.d']) t.is(faultOf(key), undefined, key);
  t.is(keyFaults(added(added(draftOf([]), 'x', ''), 'x', '')).size, 1);
  t.regex(
    keyFaults(added(withRow(draftOf(STORED), 0, { wish: { type: 'remove' } }), 'a', '')).get(3) ?? '',
    /change/,
  );
});

test('wishes go on top of what somebody else has stored', (t) => {
  const mine = added(
    withRow(withRow(draftOf(STORED), 0, set('mine')), 1, { wish: { type: 'remove' } }),
    'c',
    'new',
  );
  const theirs: StoredEntry[] = [
    { key: 'c', bytes: 1 },
    { key: 'd', bytes: 1, value: { text: 'd' } },
  ];
  const merged = onTopOf(theirs, mine);
  t.deepEqual(
    changesOf(merged).map(({ key, type }) => [key, type]),
    [
      ['a', 'added'],
      ['c', 'changed'],
    ],
  );
  t.is(new Set(merged.rows.map(({ id }) => id)).size, merged.rows.length);
  t.is(keyFaults(merged).size, 0);
});

test('bytes are a text where they are one, mark at the beginning and all', (t) => {
  t.deepEqual(valueOfBase64('AP8='), { base64: 'AP8=' });
  t.deepEqual(valueOfBytes(new Uint8Array([0xef, 0xbb, 0xbf, 0x61])), { text: '\uFEFFa' });
  t.deepEqual(valueOfBytes(new Uint8Array([0, 255])), { base64: 'AP8=' });
});
