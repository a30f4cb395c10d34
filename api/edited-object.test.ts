import test from 'ava';
import { editedObject } from './edited-object.ts';
import { yamlText } from './yaml-text.ts';

const object = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', namespace: 'n' },
  data: { k: 'v' },
};

const refused: [string, string, RegExp][] = [
  ['YAML that cannot be read', 'a: [', /f:1/],
  ['another kind', yamlText({ ...object, kind: 'Secret' }), /kind cannot be changed; it is "ConfigMap"/],
  ['another name', yamlText({ ...object, metadata: { name: 'b', namespace: 'n' } }), /cannot be changed/],
  ['two objects', `${yamlText(object)}---\na: 1\n`, /Only one object/],
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
