import test from 'ava';
import { readYamlDocuments } from './yaml-documents.ts';
import { yamlText } from './yaml-text.ts';

test('what is printed is read back as it was', (t) => {
  const value = {
    a: 'n',
    b: 'yes',
    c: '0755',
    d: '1e3',
    e: '2026-01-01T00:00:00Z',
    f: '',
    g: true,
    h: 1,
    i: 'a\nb\n',
  };
  t.deepEqual(readYamlDocuments(yamlText(value), 'f').documents[0]?.value, value);
});
