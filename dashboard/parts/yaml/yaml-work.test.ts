import test from 'ava';
import type { AnyObject } from '@gantry/api/meta';
import {
  EDITED_CHARACTERS_MAX,
  isSameWish,
  objectDifference,
  onTopOf,
  readEdited,
  refusedFaults,
  shownText,
} from './yaml-work.ts';

const object = (data: object, revision = '5'): AnyObject => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', data },
  metadata: { name: 'a', namespace: 'n', resourceVersion: revision, managedFields: [{ manager: 'x' }] },
});

test('managers are shown only when asked for', (t) => {
  t.notRegex(shownText(object({}), { managed: false }), /managedFields/);
  t.regex(shownText(object({}), { managed: true }), /manager: x/);
});

test('an edit is a change of the version that was shown, whatever the text says', (t) => {
  const text = shownText(object({ k: 'new' }, '4'), { managed: false });
  const edited = readEdited(text, object({ k: 'old' }));
  t.like('object' in edited ? edited.object : {}, { data: { k: 'new' }, metadata: { resourceVersion: '5' } });
});

test('what is wrong with a text is told with its line', (t) => {
  const faultsOf = (text: string): unknown => {
    const read = readEdited(text, object({}));
    return 'faults' in read ? read.faults : [];
  };
  t.like(faultsOf('kind: A\nkind: B\n'), [{ line: 2 }]);
  t.like(faultsOf(''), [{ message: 'The text is empty.' }]);
  t.regex(JSON.stringify(faultsOf('x'.repeat(EDITED_CHARACTERS_MAX + 1))), /longer than/);
  t.regex(JSON.stringify(faultsOf('apiVersion: v1\nkind: Secret\nmetadata: {}\n')), /kind cannot be changed/);
});

test('refusals stand at their place', (t) => {
  const text = 'spec:\n  replicas: -1\n  colour: red\n';
  const causes = [{ field: 'spec.replicas', message: 'Invalid value: must be at least 0' }];
  t.deepEqual(refusedFaults(text, { message: 'all of it', causes }), [
    { line: 2, message: 'spec.replicas: Invalid value: must be at least 0' },
  ]);
  t.deepEqual(refusedFaults(text, { message: 'strict decoding error: unknown field "spec.colour"' }), [
    { line: 3, message: 'unknown field "spec.colour"' },
  ]);
  t.deepEqual(refusedFaults(text, { message: 'not allowed' }), [{ message: 'not allowed' }]);
});

test('the difference leaves out what the server sets', (t) => {
  const same = objectDifference(object({ k: '1' }, '5'), object({ k: '1' }, '6'));
  t.deepEqual(same, { rows: [] });
});

test('a change goes on top of what others changed meanwhile', (t) => {
  const [base, mine, theirs] = [
    object({ a: '1', b: '1' }),
    object({ a: '2', b: '1' }),
    object({ a: '1', b: '9' }, '7'),
  ];
  t.false(isSameWish(base, theirs));
  t.like(onTopOf(theirs, base, mine), { data: { a: '2', b: '9' }, metadata: { resourceVersion: '7' } });
  t.true(isSameWish(base, { ...object({ a: '1', b: '1' }, '8'), status: { seen: 1 } }));
  t.is(onTopOf(theirs, base, base), theirs);
});
