// Probes, volumes and amounts of a pod, as people are told of them.
import test from 'ava';
import { podAmounts } from './pod-amounts.ts';
import { probeText } from './probe-text.ts';
import { volumeText } from './volume-text.ts';

test('a probe says how it asks and at what pace', (t) => {
  t.is(probeText(undefined), undefined);
  t.is(
    probeText({ httpGet: { path: '/ready', port: 8080 }, periodSeconds: 2 }),
    'http-get http://:8080/ready delay=0s timeout=1s period=2s #success=1 #failure=3',
  );
  t.regex(probeText({ exec: { command: ['cat', '/ready'] } }) ?? '', /^exec \[cat \/ready\] /);
  t.regex(probeText({ tcpSocket: { port: 'http' } }) ?? '', /^tcp-socket :http /);
});

test('a volume says what it holds', (t) => {
  t.is(
    volumeText({ name: 'v', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }),
    'empty folder in memory, up to 1Mi',
  );
  t.is(volumeText({ name: 'v', hostPath: { path: '/data' } }), '/data of the node');
  t.is(volumeText({ name: 'v', configMap: { name: 'web', optional: true } }), 'ConfigMap web (optional)');
});

test('containers add up, and an init container counts where it alone needs more', (t) => {
  const container = (name: string, cpu: string, memory: string) => ({
    name,
    image: 'web',
    resources: { requests: { cpu, memory } },
  });
  const containers = [container('a', '100m', '64Mi'), container('b', '200m', '64Mi')];
  const initContainers = [container('first', '1', '1Mi')];
  t.deepEqual(podAmounts({ containers, initContainers }, 'requests'), {
    cpuMilli: 1000,
    memoryBytes: 128 * 1024 * 1024,
  });
  t.deepEqual(podAmounts({ containers }, 'limits'), { cpuMilli: 0, memoryBytes: 0 });
});
