import test from 'ava';
import { editedObject, textToEdit, withReason } from './edited-text.ts';
import { mergeDifference } from './merge-difference.ts';

const differences: [string, unknown, unknown, unknown][] = [
  ['nothing', { a: 1, b: [1] }, { a: 1, b: [1] }, undefined],
  ['a field', { a: 1, b: 2 }, { a: 1, b: 3 }, { b: 3 }],
  ['a field that is gone', { a: { b: 1, c: 2 } }, { a: { c: 2 } }, { a: { b: null } }],
  ['a new field', {}, { a: { b: 1 } }, { a: { b: 1 } }],
  ['a list', { a: [1, 2] }, { a: [2] }, { a: [2] }],
];
for (const [title, before, after, patch] of differences) {
  test(`the patch of ${title}`, (t) => {
    t.deepEqual(mergeDifference(before, after), patch);
  });
}

const object = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', namespace: 'n' },
  data: { k: 'v' },
};

test('an unchanged text is the same object', (t) => {
  t.deepEqual(editedObject(textToEdit(object), 'f', object), object);
});

test('a reason stands on top, once', (t) => {
  const twice = withReason(withReason(textToEdit(object), 'first'), 'second');
  t.regex(twice, /# second\n#\napiVersion/);
  t.notRegex(twice, /first/);
  t.deepEqual(editedObject(twice, 'f', object), object);
});

const refused: [string, string, RegExp][] = [
  ['YAML that cannot be read', 'a: [', /f:1/],
  ['another kind', textToEdit({ ...object, kind: 'Secret' }), /kind cannot be changed; it is "ConfigMap"/],
  ['another name', textToEdit({ ...object, metadata: { name: 'b', namespace: 'n' } }), /cannot be changed/],
  ['two objects', `${textToEdit(object)}---\na: 1\n`, /Only one object/],
  ['a list', '- a\n', /must hold one object/],
];
for (const [title, text, message] of refused) {
  test(`refuses ${title}`, (t) => {
    const answer = editedObject(text, 'f', object);
    t.regex(typeof answer === 'string' ? answer : '', message);
  });
}

test('an empty file cancels', (t) => {
  t.is(editedObject('# only words\n', 'f', object), undefined);
});
