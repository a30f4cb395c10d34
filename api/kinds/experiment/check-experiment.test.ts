// What is refused when an Experiment is written, each with its field.
import test from 'ava';
import { experimentKind, type Experiment } from '../experiment.ts';
import { admitShape } from '../../validate.ts';

type Spec = Record<string, unknown>;

const TEMPLATE = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'web:1' }] },
};
const side = (name: string, more: object = {}) => ({ name, template: TEMPLATE, ...more });
const PORTS = { ports: [{ port: 80 }] };

function admitted(spec: Spec) {
  return admitShape(experimentKind, {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'Experiment',
    metadata: { name: 'ab', namespace: 'default' },
    spec: { templates: [side('baseline'), side('canary')], ...spec },
  });
}

function issuesOf(spec: Spec): string[] {
  const { object, issues, unknown } = admitted(spec);
  const all = [...issues, ...unknown, ...(experimentKind.check?.(object as Experiment) ?? [])];
  return all.map(({ path, message }) => `${path}: ${message}`);
}

const judging = (...args: object[]): Spec => ({
  duration: '1m',
  analyses: [{ name: 'good', templateName: 'answers', args }],
});
const value = (text: string) => ({ name: 'version', value: text });
const AT = String.raw`spec\.templates\[1\]`;
const ARGUMENT = String.raw`spec\.analyses\[0\]\.args\[0\]`;

const REFUSED: [title: string, spec: Spec, issue: string][] = [
  ['no templates', { templates: [] }, '^spec.templates: Required value: name at least one template'],
  [
    'too many templates',
    { templates: Array.from({ length: 11 }, (_, at) => side(`t${at}`)) },
    '^spec.templates: Too long',
  ],
  ['two templates of one name', { templates: [side('a'), side('a')] }, `^${AT}.name: Duplicate value: "a"`],
  ['a name that is none', { templates: [side('a'), side('A_b')] }, `^${AT}.name: Invalid value`],
  [
    'two templates with one Service',
    {
      templates: [
        side('a', { service: { name: 'web', ...PORTS } }),
        side('b', { service: { name: 'web', ...PORTS } }),
      ],
    },
    `^${AT}.service.name: Duplicate value: "web"`,
  ],
  [
    'a Service without ports',
    { templates: [side('a'), side('b', { service: {} })] },
    `^${AT}.service.ports: Required value: the containers of the template declare no ports`,
  ],
  [
    'a port that is none',
    { templates: [side('a'), side('b', { service: { ports: [{ port: 80 }, { port: 81 }] } })] },
    `^${AT}.service.ports\\[0\\].name`,
  ],
  [
    'a selector that finds other pods',
    { templates: [side('a'), side('b', { selector: { matchLabels: { app: 'x' } } })] },
    `^${AT}.template.metadata.labels`,
  ],
  [
    'pods without a label',
    { templates: [side('a'), side('b', { template: { spec: TEMPLATE.spec } })] },
    `^${AT}.template.metadata.labels: Required value`,
  ],
  [
    'pods that end',
    {
      templates: [
        side('a'),
        side('b', { template: { ...TEMPLATE, spec: { ...TEMPLATE.spec, restartPolicy: 'Never' } } }),
      ],
    },
    `^${AT}.template.spec.restartPolicy: Unsupported value`,
  ],
  [
    'a duration that is none',
    { duration: 'soon' },
    '^spec.duration: Invalid value: "soon": must be a number',
  ],
  ['a duration below 0', { duration: '-1m' }, '^spec.duration: Invalid value'],
  [
    'two analyses of one name',
    {
      analyses: [
        { name: 'good', templateName: 'a' },
        { name: 'good', templateName: 'b' },
      ],
    },
    '^spec.analyses\\[1\\].name: Duplicate value',
  ],
  [
    'an argument of a template that is not there',
    judging(value('{{templates.base.podTemplateHash}}')),
    `^${ARGUMENT}.value: Invalid value: .*: there is no template base: there are baseline, canary`,
  ],
  [
    'a reference to nothing that is known',
    judging(value('{{templates.canary.hash}}')),
    `^${ARGUMENT}.value: Invalid value: .*: there is no templates.canary.hash`,
  ],
  [
    'the end of what has no duration',
    { ...judging(value('{{experiment.finishedAt}}')), duration: undefined },
    `^${ARGUMENT}.value: .*known only where there is a duration`,
  ],
  [
    'an argument without a value',
    judging({ name: 'version' }),
    `^${ARGUMENT}: Invalid value: "version": give`,
  ],
  [
    'an argument twice',
    judging(value('a'), value('b')),
    String.raw`^spec\.analyses\[0\]\.args\[1\]\.name: Duplicate`,
  ],
  [
    'a hash that only a Rollout knows',
    judging({ name: 'version', valueFrom: { podTemplateHashValue: 'Stable' } }),
    'podTemplateHashValue.*write value: "{{templates.<name>.podTemplateHash}}"',
  ],
];

for (const [title, spec, issue] of REFUSED)
  test(`refused: ${title}`, (t) => {
    const issues = issuesOf(spec);
    t.true(
      issues.some((one) => new RegExp(issue).test(one)),
      JSON.stringify(issues),
    );
  });

test('accepted: what Argo Rollouts writes', (t) => {
  t.deepEqual(
    issuesOf({
      templates: [side('baseline', { service: { name: 'old', ...PORTS } }), side('canary', { replicas: 0 })],
      duration: '20m',
      progressDeadlineSeconds: 30,
      scaleDownDelaySeconds: 0,
      dryRun: [{ metricName: '.*' }],
      measurementRetention: [{ metricName: '.*', limit: 20 }],
      analyses: [
        {
          name: 'mann-whitney',
          templateName: 'mann-whitney',
          requiredForCompletion: true,
          args: [
            { name: 'stable-hash', value: '{{templates.baseline.podTemplateHash}}' },
            { name: 'canary-hash', value: '{{templates.canary.podTemplateHash}}' },
            { name: 'from', value: '{{experiment.availableAt}}' },
            { name: 'to', value: '{{experiment.finishedAt}}' },
            { name: 'team', valueFrom: { fieldRef: { fieldPath: "metadata.labels['team']" } } },
          ],
        },
      ],
    }),
    [],
  );
});

test('what runs and what judges it is not changed; how long it goes on is', (t) => {
  const old = admitted({ duration: '1m' }).object as Experiment;
  const { spec } = admitted({ duration: '2m', templates: [side('other')] }).object as Experiment;
  t.deepEqual(
    experimentKind.checkUpdate?.({ ...old, spec }, old).map(({ path }) => path),
    ['spec.templates'],
  );
});
