import test from 'ava';
import { readManifestText } from './manifest-list.ts';

test('several documents and lists become objects with their lines', (t) => {
  const text = `apiVersion: v1
kind: ConfigMap
metadata: { name: a }
---
apiVersion: v1
kind: ConfigMapList
items:
  - metadata: { name: b }
`;
  const { manifests, faults } = readManifestText(text);
  t.deepEqual(faults, []);
  t.deepEqual(
    manifests.map(({ line, object }) => [line, object.kind, object.metadata.name]),
    [
      [1, 'ConfigMap', 'a'],
      [5, 'ConfigMap', 'b'],
    ],
  );
});

test('what is missing is told with its line, and the others are still read', (t) => {
  const { manifests, faults } = readManifestText(
    'a: 1\n---\nkind: X\napiVersion: v1\nmetadata: {}\n---\n- 1\n',
  );
  t.is(manifests.length, 0);
  t.deepEqual(
    faults.map(({ line }) => line),
    [1, 3, 7],
  );
});
