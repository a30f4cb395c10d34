import test from 'ava';
import { lineOfField } from './field-lines.ts';

const TEXT = `apiVersion: v1
metadata:
  labels:
    app.kubernetes.io/name: web
spec:
  containers:
    - name: a
    - name: b
      image: x
  flags:
    new.checkout:
      state: ENABLED
`;

const table: [string, number | undefined][] = [
  ['spec', 5],
  ['spec.containers[1].image', 9],
  ['spec.containers[1].ports', 8],
  ['spec.containers[7]', 6],
  ['metadata.labels[app.kubernetes.io/name]', 4],
  ['metadata.labels.app.kubernetes.io/name', 4],
  ['spec.flags.new.checkout.state', 12],
  ['nothing', undefined],
  ['', undefined],
];
for (const [path, line] of table) {
  test(`the line of ${path === '' ? 'no field' : path}`, (t) => {
    t.is(lineOfField(TEXT, path), line);
  });
}

test('a text that cannot be read has no lines', (t) => {
  t.is(lineOfField('{', 'spec'), undefined);
});
