// A client that is not ours: @kubernetes/client-node against a test server.
import test from 'ava';
import * as k8s from '@kubernetes/client-node';
import { startTestServer } from './test-server.ts';

function kubeConfig(url: string): k8s.KubeConfig {
  const config = new k8s.KubeConfig();
  config.loadFromClusterAndUser({ name: 'test', server: url, skipTLSVerify: true }, { name: 'test' });
  return config;
}

test('CRUD, patches, paging, an informer and generic objects by @kubernetes/client-node', async (t) => {
  const plane = await startTestServer();
  t.teardown(() => plane.stop());
  const config = kubeConfig(plane.url);
  const core = config.makeApiClient(k8s.CoreV1Api);
  const apps = config.makeApiClient(k8s.AppsV1Api);
  const namespace = 'default';

  const seen: string[] = [];
  const informer = k8s.makeInformer(config, '/api/v1/namespaces/default/configmaps', () =>
    core.listNamespacedConfigMap({ namespace }),
  );
  informer.on('add', ({ metadata }) => seen.push(`add ${metadata?.name ?? ''}`));
  informer.on('update', ({ metadata }) => seen.push(`update ${metadata?.name ?? ''}`));
  const deleted = new Promise((resolve) => {
    informer.on('delete', resolve);
  });
  await informer.start();

  const made = await core.createNamespacedConfigMap({
    namespace,
    body: { metadata: { name: 'a' }, data: { x: '1' } },
  });
  t.is(made.metadata?.name, 'a');
  await core.replaceNamespacedConfigMap({
    namespace,
    name: 'a',
    body: { metadata: { name: 'a' }, data: { x: '2' } },
  });
  const patch = [{ op: 'add', path: '/data/y', value: '3' }];
  const patched = await core.patchNamespacedConfigMap({ namespace, name: 'a', body: patch });
  t.deepEqual(patched.data, { x: '2', y: '3' });
  const page = await core.listNamespacedConfigMap({ namespace, limit: 1 });
  t.is(page.items.length, 1);
  t.regex(page.metadata?.resourceVersion ?? '', /^\d+$/);
  await core.deleteNamespacedConfigMap({ namespace, name: 'a' });
  await deleted;
  await informer.stop();
  t.deepEqual(seen, ['add a', 'update a', 'update a']);

  const missing = await t.throwsAsync(core.readNamespacedPod({ namespace, name: 'nope' }), {
    instanceOf: k8s.ApiException,
  });
  t.is(missing?.code, 404);

  const labels = { app: 'web' };
  const containers = [{ name: 'main', image: 'busybox' }];
  await apps.createNamespacedDeployment({
    namespace,
    body: {
      metadata: { name: 'web' },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
      },
    },
  });
  const scale = await apps.readNamespacedDeploymentScale({ namespace, name: 'web' });
  scale.spec = { replicas: 4 };
  await apps.replaceNamespacedDeploymentScale({ namespace, name: 'web', body: scale });
  t.is((await apps.readNamespacedDeployment({ namespace, name: 'web' })).spec?.replicas, 4);

  const objects = k8s.KubernetesObjectApi.makeApiClient(config);
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', namespace },
    stringData: { a: 'b' },
  };
  await objects.create(secret);
  const read = await objects.read<k8s.V1Secret>({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', namespace },
  });
  t.deepEqual(read.data, { a: 'Yg==' });
});
