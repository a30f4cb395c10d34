// Many hollow nodes of one process in a real cluster: they join, run pods, are asked, and live through a new control plane.
import { readFileSync } from 'node:fs';
import test from 'ava';
import { deploymentKind } from '@gantry/api/kinds/deployment';
import { nodeKind } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import { startLocalWorld, waitFor } from './local-world.ts';
import { isReady, Stage } from './stage.ts';

const NODES = 50;
let stage: Stage;

test.before(async () => {
  stage = new Stage(await startLocalWorld({ agents: [] }));
  await stage.world.startHollowNodes('load', NODES, ['--label', 'hollow=yes']);
});
test.after.always(() => stage.close());

/** Pods as a hollow node runs them; annotations say what they do. */
function hollowDeployment(name: string, replicas: number, annotations: Record<string, string> = {}): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations },
        spec: {
          nodeSelector: { hollow: 'yes' },
          containers: [
            {
              name: 'app',
              image: 'hollow.example/web:1',
              readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 1 },
            },
          ],
        },
      },
    },
  };
}

async function untilAvailable(namespace: string, name: string, replicas: number): Promise<void> {
  await waitFor(`${String(replicas)} replicas of ${name}`, async () => {
    const { status } = await stage.client.get(deploymentKind, { namespace, name });
    return status?.availableReplicas === replicas;
  });
}

test.serial('a Deployment becomes available on them, can be asked, and goes', async (t) => {
  const namespace = await stage.namespace('hollow');
  const annotations = {
    'hollow.gantry.dev/log': 'hello from memory',
    'hollow.gantry.dev/ready-after-ms': '500',
    'hollow.gantry.dev/answers': '[{"to":"greet","output":"good day\\n"}]',
  };
  await stage.make(namespace, hollowDeployment('web', 100, annotations));
  await untilAvailable(namespace, 'web', 100);
  const pods = await stage.pods(namespace);
  t.true(pods.every(isReady));
  t.is(new Set(pods.map((pod) => pod.status?.podIP)).size, 100);
  t.true(new Set(pods.map((pod) => pod.spec.nodeName)).size > NODES / 2);

  const { name = '' } = (pods[0] as Pod).metadata;
  const [logs, exec, top] = await Promise.all([
    stage.gantry(['-n', namespace, 'logs', name]),
    stage.gantry(['-n', namespace, 'exec', name, '--', 'greet']),
    stage.gantry(['-n', namespace, 'top', 'pods']),
  ]);
  t.is(logs.out, 'hello from memory\n', logs.err);
  t.is(exec.out, 'good day\n', exec.err);
  t.regex(top.out, new RegExp(`^${name}\\s+1m\\s+8Mi`, 'm'), top.err);

  await stage.client.delete(deploymentKind, { namespace, name: 'web' });
  await waitFor('the pods to be gone', async () => (await stage.pods(namespace)).length === 0);
});

test.serial('a new control plane finds the nodes and their pods', async (t) => {
  const namespace = await stage.namespace('hollow-restart');
  await stage.make(namespace, hollowDeployment('web', 20));
  await untilAvailable(namespace, 'web', 20);
  const before = uids(await stage.pods(namespace));
  await stage.world.kill('control-plane');
  await stage.world.startControlPlane();
  await stage.client.patch(deploymentKind, { namespace, name: 'web' }, 'merge', { spec: { replicas: 30 } });
  await untilAvailable(namespace, 'web', 30);
  const after = await stage.pods(namespace);
  t.deepEqual(
    before.filter((uid) => !uids(after).includes(uid)),
    [],
  );
  t.true(after.every((pod) => pod.status?.containerStatuses?.[0]?.restartCount === 0));
  const { items: nodes } = await stage.client.list(nodeKind);
  t.is(nodes.length, NODES);
});

test.serial('an annotation that means nothing is told', async (t) => {
  const namespace = await stage.namespace('hollow-wrong');
  await stage.make(namespace, hollowDeployment('wrong', 1, { 'hollow.gantry.dev/run-m': '5' }));
  let name = '';
  await waitFor('its pod', async () => {
    name = (await stage.pods(namespace))[0]?.metadata.name ?? '';
    return name !== '';
  });
  const event = await stage.eventUntil(namespace, name, 'FailedCreatePodSandBox', /there is no such key/);
  t.is(event.type, 'Warning');
});

test.serial('gantry lets hollow nodes join, and leave', async (t) => {
  const [, server = ''] = /server: (\S+)/.exec(readFileSync(stage.world.kubeconfig, 'utf8')) ?? [];
  const token = (await stage.gantry(['token', 'create', '--join'])).out.trim();
  t.teardown(() => stage.gantry(['agent', 'leave', '--name', 'more']));
  const hollow = ['--runtime', 'hollow', '--nodes', '3', '--name', 'more'];
  const joined = await stage.gantry(['agent', 'join', server, '--token', token, ...hollow]);
  t.regex(joined.out + joined.err, /Nodes more-0 to more-2 have joined .* and are ready/);
  t.is(joined.code, 0);
  t.regex((await stage.gantry(['agent', 'list'])).out, /^more\s+running/m);
  const left = await stage.gantry(['agent', 'leave', '--name', 'more']);
  t.regex(left.out, /3 nodes more-… have left/, left.err);
});

function uids(pods: readonly Pod[]): string[] {
  return pods.map((pod) => pod.metadata.uid ?? '');
}
