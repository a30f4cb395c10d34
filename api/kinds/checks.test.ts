// The rules of each kind beyond those of its pods.
import test from 'ava';
import type { KindDefinition } from '../definition.ts';
import type { AnyObject } from '../meta.ts';
import { kinds } from '../registry.ts';
import { admitShape } from '../validate.ts';
import { configMapKind } from './config-map.ts';
import { controllerRevisionKind } from './controller-revision.ts';
import { cronJobKind } from './cron-job.ts';
import { daemonSetKind } from './daemon-set.ts';
import { deploymentKind } from './deployment.ts';
import { eventKind } from './event.ts';
import { jobKind } from './job.ts';
import { namespaceKind } from './namespace.ts';
import { nodeKind } from './node.ts';
import { priorityClassKind } from './priority-class.ts';
import { replicaSetKind } from './replica-set.ts';
import { secretKind } from './secret.ts';

const CONTAINERS = [{ name: 'web', image: 'web:1' }];
const TEMPLATE = { metadata: { labels: { app: 'web' } }, spec: { containers: CONTAINERS } };
const WORKLOAD = { selector: { matchLabels: { app: 'web' } }, template: TEMPLATE };
const JOB = { template: { spec: { containers: CONTAINERS, restartPolicy: 'Never' } } };
const CRON_JOB = { schedule: '*/5 * * * *', jobTemplate: { spec: JOB } };

function admitted(definition: KindDefinition, fields: object): AnyObject {
  const { object, issues, unknown } = admitShape(definition, { metadata: { name: 'web' }, ...fields });
  if (issues.length + unknown.length > 0) throw new Error(JSON.stringify([issues, unknown]));
  return object;
}

const findings = (definition: KindDefinition, fields: object): string[] =>
  (definition.check?.(admitted(definition, fields)) ?? []).map(({ path, message }) => `${path}: ${message}`);

const ACCEPTED: [KindDefinition, object][] = [
  [deploymentKind, { spec: WORKLOAD }],
  [
    deploymentKind,
    { spec: { ...WORKLOAD, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '10%' } } } },
  ],
  [replicaSetKind, { spec: WORKLOAD }],
  [daemonSetKind, { spec: WORKLOAD }],
  [
    daemonSetKind,
    { spec: { ...WORKLOAD, updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } } },
  ],
  [jobKind, { spec: JOB }],
  [cronJobKind, { spec: { ...CRON_JOB, timeZone: 'Europe/Berlin' } }],
  [namespaceKind, {}],
  [priorityClassKind, { value: -5, globalDefault: true, description: 'when idle' }],
  [priorityClassKind, { metadata: { name: 'system-node-critical' }, value: 2_000_001_000 }],
  [
    nodeKind,
    {
      spec: {
        taints: [
          { key: 'a', effect: 'NoSchedule' },
          { key: 'a', effect: 'NoExecute' },
        ],
      },
    },
  ],
  [secretKind, { type: 'kubernetes.io/tls', stringData: { 'tls.crt': '', 'tls.key': '' } }],
  [secretKind, { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': '{}' } }],
  [secretKind, { type: 'example.com/own' }],
];

for (const [index, [definition, fields]] of ACCEPTED.entries()) {
  test(`${definition.kind} accepted (${index}): ${JSON.stringify(fields).slice(0, 60)}`, (t) => {
    t.deepEqual(findings(definition, fields), []);
  });
}

const spec = (base: object, fields: object): object => ({ spec: { ...base, ...fields } });

const REFUSED: [KindDefinition, string, object, string[]][] = [
  [
    deploymentKind,
    'a selector that does not match',
    spec(WORKLOAD, { selector: { matchLabels: { app: 'other' } } }),
    [
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
  ],
  [
    deploymentKind,
    'an empty selector',
    spec(WORKLOAD, { selector: {} }),
    ['spec.selector: Invalid value: {}: an empty selector would select all pods'],
  ],
  [
    deploymentKind,
    'an operator without values',
    spec(WORKLOAD, { selector: { matchExpressions: [{ key: 'app', operator: 'In' }] } }),
    [
      'spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is In or NotIn',
    ],
  ],
  [
    deploymentKind,
    'pods that end',
    spec(WORKLOAD, {
      template: {
        ...TEMPLATE,
        spec: { containers: CONTAINERS, restartPolicy: 'Never', activeDeadlineSeconds: 5 },
      },
    }),
    [
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
      'spec.template.spec.activeDeadlineSeconds: Forbidden: pods of a Deployment run for ever',
    ],
  ],
  [
    deploymentKind,
    'a rolling update that cannot move',
    spec(WORKLOAD, { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } }),
    ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0'],
  ],
  [
    deploymentKind,
    'nonsense shares',
    spec(WORKLOAD, { strategy: { rollingUpdate: { maxSurge: 'some', maxUnavailable: '101%' } } }),
    [
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
      'spec.strategy.rollingUpdate.maxSurge: Invalid value: "some": must be a whole number or a share',
    ],
  ],
  [
    deploymentKind,
    'a pace without a rolling update',
    spec(WORKLOAD, { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
    ['spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is Recreate'],
  ],
  [
    deploymentKind,
    'a deadline before anything can be ready',
    spec(WORKLOAD, { minReadySeconds: 60, progressDeadlineSeconds: 60 }),
    ['spec.progressDeadlineSeconds: Invalid value: 60: must be greater than minReadySeconds'],
  ],
  [
    daemonSetKind,
    'both paces at once',
    spec(WORKLOAD, { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } }),
    ['spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when'],
  ],
  [
    daemonSetKind,
    'no pace at all',
    spec(WORKLOAD, { updateStrategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
    ['spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0'],
  ],
  [
    jobKind,
    'pods that never end',
    spec(JOB, { template: TEMPLATE }),
    ['spec.template.spec.restartPolicy: Unsupported value: "Always": supported values: "OnFailure", "Never"'],
  ],
  [
    jobKind,
    'indexes without a number',
    spec(JOB, { completionMode: 'Indexed', parallelism: 2 }),
    ['spec.completions: Required value: needed when `completionMode` is Indexed'],
  ],
  [
    jobKind,
    'a manual selector without one',
    spec(JOB, { manualSelector: true }),
    ['spec.selector: Required value: needed when `manualSelector` is true'],
  ],
  [
    jobKind,
    "another Job's labels",
    {
      metadata: { name: 'web', uid: 'new' },
      spec: {
        template: { ...JOB.template, metadata: { labels: { 'batch.kubernetes.io/controller-uid': 'old' } } },
        selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'old' } },
      },
    },
    [
      'spec.template.metadata.labels[batch.kubernetes.io/controller-uid]: Invalid value: "old": must be \'new\': leave the label and `spec.selector` out',
    ],
  ],
  [
    cronJobKind,
    'a schedule, a zone and a name that cannot be',
    { metadata: { name: 'x'.repeat(53) }, spec: { ...CRON_JOB, schedule: '61 * * * *', timeZone: 'Mars' } },
    [
      `metadata.name: Invalid value: "${'x'.repeat(53)}": must be no more than 52 characters`,
      'spec.schedule: Invalid value: "61 * * * *": its minute \'61\' must lie between 0 and 59',
      'spec.timeZone: Invalid value: "Mars": must be a known time zone',
    ],
  ],
  [
    cronJobKind,
    'a bad Job inside',
    spec(CRON_JOB, { jobTemplate: { spec: { template: TEMPLATE } } }),
    ['spec.jobTemplate.spec.template.spec.restartPolicy: Unsupported value: "Always"'],
  ],
  [
    priorityClassKind,
    'a value that is for the system',
    { value: 1_000_000_001 },
    ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000'],
  ],
  [
    priorityClassKind,
    'a name that is for the system',
    { metadata: { name: 'system-mine' }, value: 1 },
    ["metadata.name: Forbidden: names with the prefix 'system-'"],
  ],
  [
    namespaceKind,
    'a name with a dot',
    { metadata: { name: 'a.b' } },
    ['metadata.name: Invalid value: "a.b": must consist of'],
  ],
  [
    nodeKind,
    'a taint twice',
    { spec: { taints: [1, 2].map(() => ({ key: 'a', effect: 'NoSchedule' })) } },
    ['spec.taints[1]: Duplicate value: "a:NoSchedule"'],
  ],
  [
    eventKind,
    'an object of another namespace',
    { metadata: { name: 'a', namespace: 'a' }, involvedObject: { namespace: 'b' } },
    ['involvedObject.namespace: Invalid value: "b": must be the namespace of the event'],
  ],
  [
    configMapKind,
    'keys that are no file names, or there twice',
    { data: { 'a/b': '', c: '' }, binaryData: { c: '' } },
    [
      'data[a/b]: Invalid value: "a/b": must consist of',
      'binaryData[c]: Invalid value: "c": the key is in data already',
    ],
  ],
  [
    configMapKind,
    'more than a store takes',
    { data: { big: 'x'.repeat(1024 * 1024 + 1) } },
    ['binaryData: Too long: must have at most 1048576 bytes, has 1048577'],
  ],
  [
    secretKind,
    'entries that its type lacks',
    { type: 'kubernetes.io/tls' },
    ['data[tls.crt]: Required value', 'data[tls.key]: Required value'],
  ],
  [
    secretKind,
    'passwords of a registry that are none',
    { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': 'secret!' } },
    ['data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": must be a JSON object'],
  ],
  [
    configMapKind,
    'bad metadata, all at once',
    {
      metadata: {
        name: 'Web',
        labels: { 'a b': 'c', ok: '-' },
        annotations: { '/x': '' },
        finalizers: [''],
        ownerReferences: [1, 2].map(() => ({
          apiVersion: 'v1',
          kind: 'A',
          name: 'a',
          uid: '',
          controller: true,
        })),
      },
    },
    [
      'metadata.name: Invalid value: "Web"',
      'metadata.labels: Invalid value: "a b"',
      'metadata.labels[ok]: Invalid value: "-"',
      'metadata.annotations: Invalid value: "/x"',
      'metadata.ownerReferences[0].uid: Required value',
      'metadata.ownerReferences[1].uid: Required value',
      'metadata.ownerReferences: Forbidden: only one reference can have controller set to true',
      'metadata.finalizers[0]: Invalid value: ""',
    ],
  ],
];

for (const [definition, title, fields, expected] of REFUSED) {
  test(`${definition.kind} refused: ${title}`, (t) => {
    const found = findings(definition, fields);
    t.is(found.length, expected.length, found.join('\n'));
    for (const start of expected) {
      t.true(
        found.some((finding) => finding.startsWith(start)),
        `${start}\nnot in\n${found.join('\n')}`,
      );
    }
  });
}

const FIXED: [KindDefinition, string, object, object, string[]][] = [
  ...[deploymentKind, replicaSetKind, daemonSetKind].map(
    (definition): [KindDefinition, string, object, object, string[]] => [
      definition,
      'its selector',
      { spec: WORKLOAD },
      spec(WORKLOAD, { selector: { matchLabels: { app: 'other' } } }),
      [
        'spec.selector: Invalid value: {"matchLabels":{"app":"other"}}: field is immutable: delete the object',
      ],
    ],
  ),
  [
    jobKind,
    'its template, mode and completions',
    { spec: JOB },
    spec(JOB, {
      template: { spec: { containers: CONTAINERS, restartPolicy: 'OnFailure' } },
      completionMode: 'Indexed',
      completions: 3,
    }),
    [
      'spec.template: Invalid value: {"spec"',
      'spec.completionMode: Invalid value: "Indexed": field is immutable',
      'spec.completions: Invalid value: 3: field is immutable',
    ],
  ],
  [
    priorityClassKind,
    'its value and its policy',
    { value: 1 },
    { value: 2, preemptionPolicy: 'Never' },
    [
      'value: Invalid value: 2: field is immutable',
      'preemptionPolicy: Invalid value: "Never": field is immutable',
    ],
  ],
  [
    secretKind,
    'its type',
    { type: 'a' },
    { type: 'b' },
    ['type: Invalid value: "b": field is immutable: delete the secret'],
  ],
  [
    configMapKind,
    'entries said to be immutable',
    { data: { a: '1' }, immutable: true },
    { data: { a: '2' } },
    [
      'data: Forbidden: field is immutable when `immutable` is set',
      'immutable: Forbidden: field is immutable',
    ],
  ],
  [
    nodeKind,
    'the addresses of its pods',
    { spec: { podCIDR: '10.0.0.0/24' } },
    { spec: { podCIDR: '10.0.1.0/24' } },
    ['spec.podCIDR: Invalid value: "10.0.1.0/24": field is immutable'],
  ],
  [
    controllerRevisionKind,
    'what it keeps',
    { revision: 1, data: { a: 1 } },
    { revision: 2, data: { a: 2 } },
    ['data: Invalid value: "": field is immutable'],
  ],
];

for (const [definition, title, before, after, expected] of FIXED) {
  test(`${definition.kind} cannot change ${title}`, (t) => {
    const issues = definition.checkUpdate?.(admitted(definition, after), admitted(definition, before)) ?? [];
    const found = issues.map(({ path, message }) => `${path}: ${message}`);
    t.is(found.length, expected.length, found.join('\n'));
    for (const start of expected)
      t.true(
        found.some((finding) => finding.startsWith(start)),
        found.join('\n'),
      );
  });
}

test('an Indexed Job is resized while all of its indexes run at once', (t) => {
  const sized = (size: number): object =>
    spec(JOB, { completionMode: 'Indexed', completions: size, parallelism: size });
  t.deepEqual(
    jobKind.checkUpdate?.(admitted(jobKind, sized(3)) as never, admitted(jobKind, sized(2)) as never),
    [],
  );
});

test('every kind checks its name', (t) => {
  for (const definition of kinds) {
    const found = definition.check?.({
      apiVersion: '',
      kind: '',
      metadata: { name: '' },
      spec: {
        containers: [],
        schedule: '',
        template: { spec: { containers: [] } },
        selector: {},
        flagSpec: { flags: {} },
        service: 'web',
        rules: [],
        strategy: {},
        metrics: [],
        jobTemplate: { spec: { template: { spec: { containers: [] } } } },
        templates: [],
      },
      involvedObject: {},
      endpoints: [],
    });
    t.true(
      found?.some(({ path }) => path === 'metadata.name'),
      definition.kind,
    );
  }
});
