import test from 'ava';
import type { Pod } from '@gantry/api/kinds/pod';
import { podsUsing } from './pods-using.ts';

const pod = (name: string, spec: object, namespace = 'n') =>
  ({ metadata: { name, namespace }, spec: { containers: [], ...spec } }) as unknown as Pod;
const pods = [
  pod('env', { containers: [{ env: [{ valueFrom: { configMapKeyRef: { name: 'a', key: 'k' } } }] }] }),
  pod('from', { initContainers: [{ envFrom: [{ configMapRef: { name: 'a' } }] }] }),
  pod('file', { volumes: [{ configMap: { name: 'a' } }, { secret: { secretName: 's' } }] }),
  pod('parts', { volumes: [{ projected: { sources: [{ configMap: { name: 'a' } }] } }] }),
  pod('pull', { imagePullSecrets: [{ name: 's' }] }),
  pod('elsewhere', { volumes: [{ configMap: { name: 'a' } }] }, 'm'),
];
const uses = (kind: 'ConfigMap' | 'Secret', name: string): string[] =>
  podsUsing(pods, { kind, namespace: 'n', name }).map(
    ({ pod: of, how }) => `${of.metadata.name}: ${how.join(', ')}`,
  );

test('each way of using a ConfigMap or Secret is found, in its own namespace', (t) => {
  t.deepEqual(uses('ConfigMap', 'a'), [
    'env: environment',
    'from: environment',
    'file: files',
    'parts: files',
  ]);
  t.deepEqual(uses('Secret', 's'), ['file: files', 'pull: image pulls']);
  t.deepEqual(uses('Secret', 'a'), []);
});
