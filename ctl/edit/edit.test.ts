import test from 'ava';
import { textToEdit, withReason } from './edited-text.ts';
import { editedObject } from '@gantry/api/edited-object';

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
