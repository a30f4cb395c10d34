import test from 'ava';
import { podKind } from '../pod.ts';
import { findings, MOUNT, podOf, testRefusals } from './test-pod.ts';

test('a full pod is accepted', (t) => {
  const spec = {
    initContainers: [{ name: 'init', image: 'busybox', command: ['true'] }],
    volumes: [
      { name: 'data', emptyDir: {} },
      { name: 'host', hostPath: { path: '/var/log', type: 'Directory' } },
      { name: 'all', projected: { sources: [{ configMap: { name: 'a' } }, { secret: { name: 'b' } }] } },
    ],
    tolerations: [{ operator: 'Exists' }],
    securityContext: { runAsNonRoot: true, runAsUser: 1000 },
  };
  const container = {
    ...MOUNT,
    ports: [{ name: 'http', containerPort: 80, hostPort: 8080 }],
    env: [{ name: 'NAME', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } }],
    livenessProbe: { httpGet: { port: 'http' } },
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
    resources: { requests: { cpu: '0.5' }, limits: { cpu: '500m', memory: '64Mi' } },
  };
  t.deepEqual(findings(podOf(spec, container)), []);
});

testRefusals(test, [
  [
    'gates without a proper name, twice, and on a node',
    { nodeName: 'node-1', schedulingGates: [{ name: 'a b' }, { name: 'x/y' }, { name: 'x/y' }] },
    {},
    [
      'spec.schedulingGates[0].name: Invalid value: "a b"',
      'spec.schedulingGates[2].name: Duplicate value: "x/y"',
      'spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared',
    ],
  ],
]);

test('a gated pod says so from the start', (t) => {
  const gated = podOf({ schedulingGates: [{ name: 'example.com/quota' }] });
  t.deepEqual(findings(gated), []);
  podKind.initialStatus?.(gated);
  t.like(gated.status?.conditions?.[0], { type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' });
  const plain = podOf();
  podKind.initialStatus?.(plain);
  t.is(plain.status?.conditions, undefined);
});
