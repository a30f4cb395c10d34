import test from 'ava';
import { findings, MOUNT, podOf } from './test-pod.ts';

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
