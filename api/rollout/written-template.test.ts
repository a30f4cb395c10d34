import test from 'ava';
import type { ReplicaSet } from '../kinds/replica-set.ts';
import { ADDED_AFFINITY, HASH_LABEL } from './marks.ts';
import { writtenTemplate } from './written-template.ts';

const replicaSet = (annotations: Record<string, string>): ReplicaSet => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'web-abc', annotations },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web', [HASH_LABEL]: 'abc' } },
      spec: { containers: [{ name: 'main', image: 'web:1' }], affinity: { podAntiAffinity: {} } },
    },
  },
});

test('label and affinity of the controller are left out; what the user wrote stays', (t) => {
  const own = writtenTemplate(replicaSet({}));
  t.deepEqual(own.metadata, { labels: { app: 'web' } });
  t.deepEqual(own.spec.affinity, { podAntiAffinity: {} });
  t.is(writtenTemplate(replicaSet({ [ADDED_AFFINITY]: 'null' })).spec.affinity, undefined);
  t.deepEqual(writtenTemplate(replicaSet({ [ADDED_AFFINITY]: '{"nodeAffinity":{}}' })).spec.affinity, {
    nodeAffinity: {},
  });
});
