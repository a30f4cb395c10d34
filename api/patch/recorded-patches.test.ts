// Patches as stock kubectl 1.31 sent them for these very documents: what the server makes of them is what a user
// of `kubectl apply`, `set image`, `set env` and `rollout restart` gets.
import test from 'ava';
import { deploymentKind } from '../kinds/deployment.ts';
import type { AnyObject } from '../meta.ts';
import { applyPatch } from './apply-patch.ts';

/** As stored: defaults filled in; a container, a variable and a finalizer that somebody else has added. */
const live: AnyObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    ...{ name: 'web', namespace: 'default', uid: 'u-1', resourceVersion: '10', generation: 1 },
    labels: { app: 'web', tier: 'front' },
    finalizers: ['own/one', 'a/x', 'b/y'],
  },
  spec: {
    ...{ replicas: 3, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        restartPolicy: 'Always',
        volumes: [
          { name: 'data', emptyDir: {} },
          { name: 'conf', configMap: { name: 'conf' } },
        ],
        containers: [
          {
            ...{ name: 'app', image: 'app:1', imagePullPolicy: 'IfNotPresent', args: ['--a', '--b'] },
            env: [
              { name: 'A', value: '1' },
              { name: 'INJECTED', value: 'yes' },
              { name: 'B', value: '2' },
              { name: 'C', value: '3' },
            ],
            ports: [
              { containerPort: 80, protocol: 'TCP' },
              { containerPort: 443, protocol: 'TCP' },
            ],
            volumeMounts: [{ name: 'data', mountPath: '/data' }],
          },
          { name: 'injected', image: 'mesh:1', imagePullPolicy: 'IfNotPresent' },
          { name: 'side', image: 'side:1', imagePullPolicy: 'IfNotPresent' },
          { name: 'last', image: 'last:1', imagePullPolicy: 'IfNotPresent' },
        ],
      },
    },
  },
};

test('apply: items removed, reordered, added, changed; strategy and volume replaced by another kind', (t) => {
  const patch = JSON.parse(`{"metadata":{"$deleteFromPrimitiveList/finalizers":["a/x"],
    "$setElementOrder/finalizers":["b/y","c/z"],"finalizers":["c/z"],"labels":{"tier":null}},
    "spec":{"replicas":null,"strategy":{"$retainKeys":["type"],"rollingUpdate":null,"type":"Recreate"},
    "template":{"spec":{"$setElementOrder/containers":[{"name":"last"},{"name":"app"}],
    "$setElementOrder/volumes":[{"name":"data"}],"containers":[{"image":"last:2","name":"last"},
    {"$setElementOrder/env":[{"name":"C"},{"name":"A"},{"name":"NEW"}],
    "$setElementOrder/ports":[{"containerPort":443},{"containerPort":8080}],"args":["--b"],
    "env":[{"name":"C","value":"4"},{"name":"NEW","value":"5"},{"$patch":"delete","name":"B"}],"name":"app",
    "ports":[{"containerPort":8080},{"$patch":"delete","containerPort":80}],"volumeMounts":null},
    {"$patch":"delete","name":"side"}],"volumes":[{"$retainKeys":["hostPath","name"],"emptyDir":null,
    "hostPath":{"path":"/x"},"name":"data"},{"$patch":"delete","name":"conf"}]}}}}`) as unknown;
  const { metadata, spec } = applyPatch(deploymentKind, live, 'strategic', patch);
  t.deepEqual(metadata.labels, { app: 'web' });
  t.deepEqual(metadata.finalizers, ['own/one', 'b/y', 'c/z']);
  t.deepEqual(spec, {
    ...{ revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
    strategy: { type: 'Recreate' },
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        restartPolicy: 'Always',
        volumes: [{ name: 'data', hostPath: { path: '/x' } }],
        containers: [
          { name: 'injected', image: 'mesh:1', imagePullPolicy: 'IfNotPresent' },
          { name: 'last', image: 'last:2', imagePullPolicy: 'IfNotPresent' },
          {
            ...{ name: 'app', image: 'app:1', imagePullPolicy: 'IfNotPresent', args: ['--b'] },
            env: [
              { name: 'INJECTED', value: 'yes' },
              { name: 'C', value: '4' },
              { name: 'A', value: '1' },
              { name: 'NEW', value: '5' },
            ],
            ports: [{ containerPort: 443, protocol: 'TCP' }, { containerPort: 8080 }],
          },
        ],
      },
    },
  });
});

interface Spec {
  template: {
    metadata: AnyObject['metadata'];
    spec: { containers: { name: string; image: string; env?: unknown[] }[] };
  };
}

test('set image, set env, rollout restart', (t) => {
  const image =
    JSON.parse(`{"metadata":{"$setElementOrder/finalizers":["own/one","a/x","b/y"]},"spec":{"template":
    {"spec":{"$setElementOrder/containers":[{"name":"app"},{"name":"injected"},{"name":"side"},{"name":"last"}],
    "containers":[{"image":"app:9","name":"app"}]}}}}`) as unknown;
  const env =
    JSON.parse(`{"metadata":{"$setElementOrder/finalizers":["own/one","a/x","b/y"]},"spec":{"template":
    {"spec":{"$setElementOrder/containers":[{"name":"app"},{"name":"injected"},{"name":"side"},{"name":"last"}],
    "containers":[{"$setElementOrder/env":[{"name":"INJECTED"},{"name":"B"},{"name":"C"},{"name":"Z"}],
    "env":[{"name":"Z","value":"1"},{"$patch":"delete","name":"A"}],"name":"app"},
    {"env":[{"name":"Z","value":"1"}],"name":"injected"}]}}}}`) as unknown;
  const restart =
    JSON.parse(`{"metadata":{"$setElementOrder/finalizers":["own/one","a/x","b/y"]},"spec":{"template":
    {"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"2026-01-31T18:59:08Z"}}}}}`) as unknown;
  let object = live;
  for (const patch of [image, env, restart]) object = applyPatch(deploymentKind, object, 'strategic', patch);
  t.deepEqual(object.metadata, live.metadata);
  const { template } = object['spec'] as Spec;
  const { containers } = template.spec;
  t.deepEqual(
    containers.map(({ name, image: text }) => `${name} ${text}`),
    ['app app:9', 'injected mesh:1', 'side side:1', 'last last:1'],
  );
  t.deepEqual(containers[0]?.env, [
    { name: 'INJECTED', value: 'yes' },
    { name: 'B', value: '2' },
    { name: 'C', value: '3' },
    { name: 'Z', value: '1' },
  ]);
  t.deepEqual(containers[1]?.env, [{ name: 'Z', value: '1' }]);
  t.deepEqual(template.metadata.annotations, { 'kubectl.kubernetes.io/restartedAt': '2026-01-31T18:59:08Z' });
});
