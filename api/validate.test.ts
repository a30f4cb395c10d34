import test from 'ava';
import type { KindDefinition } from './definition.ts';
import { featureFlagKind } from './kinds/feature-flag.ts';
import { configMapKind } from './kinds/config-map.ts';
import { deploymentKind } from './kinds/deployment.ts';
import { leaseKind } from './kinds/lease.ts';
import { podKind } from './kinds/pod.ts';
import { rolloutKind } from './kinds/rollout.ts';
import { secretKind } from './kinds/secret.ts';
import { admitShape } from './validate.ts';

const CONTAINER = { name: 'web', image: 'web:1' };

const pod = (spec: object = {}, container: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ ...CONTAINER, ...container }], ...spec },
});

const deployment = (spec: object): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [CONTAINER] } },
    ...spec,
  },
});

const findings = (definition: KindDefinition, raw: unknown): string[] =>
  admitShape(definition, raw).issues.map(({ path, message }) => `${path}: ${message}`);

const reports = (definition: KindDefinition, raw: unknown): string[] =>
  admitShape(definition, raw).unknown.map(({ message }) => message);

const WRONG: [string, KindDefinition, unknown, string[]][] = [
  [
    'text for a number',
    deploymentKind,
    deployment({ replicas: 'three' }),
    ['spec.replicas: expected integer, got string "three"'],
  ],
  [
    'a quoted number',
    deploymentKind,
    deployment({ replicas: '3' }),
    ['spec.replicas: expected integer, got string "3": write it without quotes'],
  ],
  [
    'a fraction',
    deploymentKind,
    deployment({ replicas: 1.5 }),
    ['spec.replicas: expected integer, got number 1.5'],
  ],
  [
    'a number below nought',
    deploymentKind,
    deployment({ replicas: -1 }),
    ['spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
  ],
  [
    'a number too large for its field',
    deploymentKind,
    deployment({ replicas: 3_000_000_000 }),
    ['spec.replicas: Invalid value: 3000000000: must fit into 32 bits'],
  ],
  [
    'a number for an environment variable',
    podKind,
    pod({}, { env: [{ name: 'PORT', value: 8080 }] }),
    ['spec.containers[0].env[0].value: expected string, got number 8080: put it in quotes'],
  ],
  [
    'a boolean for a label',
    podKind,
    { ...pod(), metadata: { name: 'web', labels: { 'example.com/on': true } } },
    ['metadata.labels[example.com/on]: expected string, got boolean true: put it in quotes'],
  ],
  [
    'a map where a list belongs',
    podKind,
    pod({ containers: { name: 'web' } }),
    ['spec.containers: expected array, got an object: begin each item with "- "'],
  ],
  ['no containers', podKind, pod({ containers: [] }), ['spec.containers: Required value: name at least one']],
  ['no spec', podKind, { metadata: { name: 'web' } }, ['spec: Required value: what the pod is to be']],
  [
    'no image',
    podKind,
    pod({ containers: [{ name: 'web' }] }),
    [
      'spec.containers[0].image: Required value: the image: a name with tag or digest, or an ID (`sha256:…`) of one that the node has',
    ],
  ],
  [
    'a value of no known set',
    podKind,
    pod({ restartPolicy: 'Sometimes' }),
    ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"'],
  ],
  [
    'a port out of range',
    podKind,
    pod({}, { ports: [{ containerPort: 70000 }] }),
    [
      'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ],
  ],
  [
    'several at once',
    podKind,
    pod({ restartPolicy: 1, hostNetwork: 'true' }),
    [
      'spec.restartPolicy: expected string, got number 1: put it in quotes',
      'spec.hostNetwork: expected boolean, got string "true": write it without quotes',
    ],
  ],
  [
    'a port that is neither number nor name',
    podKind,
    pod({}, { livenessProbe: { httpGet: { port: true } } }),
    ['spec.containers[0].livenessProbe.httpGet.port: expected integer or string, got boolean true'],
  ],
  [
    'plain text for base64',
    secretKind,
    { metadata: { name: 'a' }, data: { key: 'pass word' } },
    [
      'data[key]: Invalid value: "pass word": must be base64; plain text belongs into stringData (Secret) or data (ConfigMap)',
    ],
  ],
  [
    'no time',
    leaseKind,
    { metadata: { name: 'a' }, spec: { renewTime: 'now' } },
    ['spec.renewTime: Invalid value: "now": must be a time such as 2026-01-31T12:00:00Z'],
  ],
  ['null in a list', podKind, pod({ containers: [null] }), ['spec.containers[0]: expected object, got null']],
  ['a list', podKind, [], ['<root>: expected an object of kind Pod']],
  ['null', podKind, null, ['<root>: expected an object of kind Pod']],
];

for (const [title, definition, raw, expected] of WRONG) {
  test(`refused: ${title}`, (t) => {
    t.deepEqual(findings(definition, raw).sort(), [...expected].sort());
  });
}

const DROPPED: [string, KindDefinition, unknown, string[]][] = [
  [
    'a mistyped field',
    deploymentKind,
    deployment({ replcias: 2 }),
    ['unknown field "spec.replcias": did you mean "replicas"?'],
  ],
  ['a field of nothing', podKind, pod({}, { colour: 'red' }), ['unknown field "spec.containers[0].colour"']],
  [
    'a field of Kubernetes',
    podKind,
    pod({ hostnameOverride: 'x' }),
    [
      'unknown field "spec.hostnameOverride" (known to Kubernetes, not honoured by Gantry yet): Use hostname.',
    ],
  ],
  [
    'a field of Argo Rollouts',
    rolloutKind,
    {
      metadata: { name: 'a' },
      spec: {
        selector: {},
        template: { spec: { containers: [{ name: 'a', image: 'a' }] } },
        strategy: { canary: { steps: [{ plugin: { name: 'x' } }] } },
      },
    },
    [
      'unknown field "spec.strategy.canary.steps[0].plugin" (known to Argo Rollouts, not honoured by Gantry yet): There are no plugins: use analysis with a job or web metric.',
    ],
  ],
  [
    'a value of Kubernetes',
    podKind,
    pod({ os: { name: 'windows' } }),
    [
      'unknown value "windows" of field "spec.os.name" (known to Kubernetes, not honoured by Gantry yet): only "linux" is',
    ],
  ],
  [
    'a field without the value that it goes with',
    podKind,
    pod({ volumes: [{ name: 'a', emptyDir: { sizeLimit: '1Gi' } }] }),
    [
      'unknown field "spec.volumes[0].emptyDir.sizeLimit" (known to Kubernetes, not honoured by Gantry yet): only beside medium "Memory" is',
    ],
  ],
  [
    'an entry of Kubernetes',
    podKind,
    pod({}, { resources: { limits: { cpu: '1', 'ephemeral-storage': '1Gi' } } }),
    [
      'unknown field "spec.containers[0].resources.limits[ephemeral-storage]" (known to Kubernetes, not honoured by Gantry yet): The disk of the node is shared without limits.',
    ],
  ],
];

for (const [title, definition, raw, expected] of DROPPED) {
  test(`left out and told: ${title}`, (t) => {
    const { object, issues, unknown } = admitShape(definition, raw);
    t.deepEqual(
      unknown.map(({ message }) => message),
      expected,
    );
    t.deepEqual(issues, []);
    t.deepEqual(admitShape(definition, object).unknown, []);
  });
}

test('a key of the user is in brackets wherever it is told of, a field of the kind behind a dot', (t) => {
  const flags = { k: { state: 'ON', variants: { on: true } }, 'k.l': { state: 'ENABLED' } };
  const spec = { flagSpec: { $evaluators: 5, flags }, rules: { k: { killSwitch: {} } } };
  const { issues } = admitShape(featureFlagKind, { metadata: { labels: { app: 5 } }, spec });
  t.deepEqual(issues.map(({ path }) => path).sort(), [
    'metadata.labels[app]',
    'spec.flagSpec.$evaluators',
    'spec.flagSpec.flags[k.l].variants',
    'spec.flagSpec.flags[k].state',
    'spec.rules[k].killSwitch.engaged',
  ]);
});

test('what generated and exported manifests carry is accepted in silence', (t) => {
  const spec = {
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    securityContext: {},
    enableServiceLinks: true,
    preemptionPolicy: 'PreemptLowerPriority',
    serviceAccount: 'default',
    serviceAccountName: 'default',
    automountServiceAccountToken: false,
    priority: 0,
    hostIPC: false,
    hostPID: false,
    shareProcessNamespace: false,
    os: { name: 'linux' },
    terminationGracePeriodSeconds: 30,
    tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }],
  };
  const container = {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
    volumeMounts: [{ name: 'a', mountPath: '/a', mountPropagation: 'None' }],
    securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
  };
  const raw = { ...pod(spec, container), status: {}, metadata: { name: 'web', creationTimestamp: null } };
  t.deepEqual(findings(podKind, raw), []);
  t.deepEqual(reports(podKind, raw), []);
});

test('null means absent, but an entry of a map without a value is an empty text', (t) => {
  const raw = { metadata: { name: 'a', labels: null }, data: { empty: null, full: 'x' }, immutable: null };
  const { object, issues } = admitShape(configMapKind, raw);
  t.deepEqual(issues, []);
  t.deepEqual(object, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a' },
    data: { empty: '', full: 'x' },
  });
});

test('numbers given for quantities become text', (t) => {
  const { object } = admitShape(podKind, pod({}, { resources: { limits: { cpu: 0.5, memory: 64 } } }));
  const [container] = (object as unknown as { spec: { containers: { resources: object }[] } }).spec
    .containers;
  t.like(container, { resources: { limits: { cpu: '0.5', memory: '64' } } });
});

test('keys that JavaScript treats specially are keys like others', (t) => {
  const data = JSON.parse('{"__proto__":"a","constructor":"b","toString":"c"}') as object;
  const { object, issues } = admitShape(configMapKind, { metadata: { name: 'a' }, data });
  t.deepEqual(issues, []);
  t.deepEqual(Object.entries(object['data'] as object), Object.entries(data));
  t.is(Object.getPrototypeOf(object['data']), Object.prototype);
  const raw = JSON.parse('{"metadata":{"name":"a"},"__proto__":{"x":1}}') as object;
  t.deepEqual(reports(configMapKind, raw), ['unknown field "__proto__"']);
});

test('the argument is left alone', (t) => {
  const raw = deployment({ bogus: 1 });
  const before = structuredClone(raw);
  admitShape(deploymentKind, raw);
  t.deepEqual(raw, before);
});

test('thousands of findings are cut short', (t) => {
  const spec = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`x${index}`, 1]));
  const unknown = reports(podKind, pod(spec));
  t.is(unknown.length, 51);
  t.is(unknown.at(-1), '4950 more unknown fields');
  const issues = findings(podKind, pod({ containers: Array.from({ length: 5000 }, () => 1) }));
  t.is(issues.length, 51);
  t.is(issues.at(-1), '<root>: 4950 more findings');
});
