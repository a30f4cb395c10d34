// Runs from templates: merged and resolved as Argo Rollouts does, or every problem at once.
import test from 'ava';
import type { AnalysisTemplate } from '../kinds/analysis-template.ts';
import type { AnalysisTemplateSpec } from '../kinds/analysis/metric.ts';
import { analysisRunKind } from '../kinds/analysis-run.ts';
import { analysisTemplateKind } from '../kinds/analysis-template.ts';
import { admitShape } from '../validate.ts';
import { argumentUses, fieldText, withArguments } from './arguments.ts';
import { collectTemplates } from './collect-templates.ts';
import { isMeant } from './metric-rules.ts';
import { newAnalysisRun, type NewAnalysisRun } from './new-run.ts';

const OWNER = {
  apiVersion: 'gantry.dev/v1alpha1',
  kind: 'Rollout',
  name: 'web',
  uid: 'u1',
  controller: true,
};
const metric = (name: string, query = 'up') => ({
  name,
  successCondition: 'result[0] == 1',
  provider: { prometheus: { address: 'http://p:9090', query } },
});

function template(name: string, spec: AnalysisTemplateSpec): AnalysisTemplate {
  return admitShape(analysisTemplateKind, { metadata: { name, namespace: 'shop' }, spec })
    .object as AnalysisTemplate;
}

const from = (change: Partial<NewAnalysisRun>): NewAnalysisRun => ({
  name: 'web-2-1',
  namespace: 'shop',
  labels: { 'rollouts-pod-template-hash': 'abc' },
  ownerReference: OWNER,
  templates: [],
  args: [],
  ...change,
});

const problems = (change: Partial<NewAnalysisRun>): string[] => {
  const result = newAnalysisRun(from(change));
  return 'problems' in result ? result.problems : [];
};

test('templates are merged, arguments resolved, what nobody asks for left out', (t) => {
  const first = template('a', {
    metrics: [metric('one', 'up{job="{{args.job}}"}')],
    args: [{ name: 'job' }, { name: 'zone', value: 'eu' }],
    dryRun: [{ metricName: 'one' }],
  });
  const second = template('b', {
    metrics: [metric('two', '{{args.token}} {{args.app}} {{args.zone}}')],
    args: [
      { name: 'token', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
      { name: 'app', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app.kubernetes.io/name']" } } },
      { name: 'zone' },
    ],
    measurementRetention: [{ metricName: 'two', limit: 5 }],
  });
  const result = newAnalysisRun(
    from({
      templates: [first, second],
      args: [
        { name: 'job', value: 'web' },
        { name: 'unknown', value: 'x' },
      ],
      annotations: { 'rollout.argoproj.io/revision': '2' },
      metadata: { labels: { team: 'shop' } },
      dryRun: [{ metricName: 'two' }],
      measurementRetention: [{ metricName: 'two', limit: 7 }],
      fieldsOf: {
        apiVersion: '',
        kind: 'Rollout',
        metadata: { labels: { 'app.kubernetes.io/name': 'front' } },
      },
    }),
  );
  if (!('run' in result)) return t.fail(result.problems.join());
  const { run } = result;
  t.deepEqual(run.spec.args, [
    { name: 'job', value: 'web' },
    { name: 'zone', value: 'eu' },
    { name: 'token', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    { name: 'app', value: 'front' },
  ]);
  t.deepEqual(
    run.spec.metrics.map(({ name }) => name),
    ['one', 'two'],
  );
  t.deepEqual(run.spec.dryRun, [{ metricName: 'one' }, { metricName: 'two' }]);
  t.deepEqual(run.spec.measurementRetention, [{ metricName: 'two', limit: 7 }]);
  t.deepEqual(run.metadata, {
    name: 'web-2-1',
    namespace: 'shop',
    labels: { team: 'shop', 'rollouts-pod-template-hash': 'abc' },
    annotations: { 'rollout.argoproj.io/revision': '2' },
    ownerReferences: [OWNER],
  });
  const admitted = admitShape(analysisRunKind, run);
  t.deepEqual(
    [admitted.issues, admitted.unknown, analysisRunKind.check?.(admitted.object as never)],
    [[], [], []],
  );
  t.deepEqual(admitted.object, run as never, 'nothing is added when it is created: the caller may compare');
});

const REFUSED: [string, Partial<NewAnalysisRun>, RegExp][] = [
  ['no templates', {}, /no metrics specified/],
  [
    'an argument without a value',
    { templates: [template('a', { metrics: [metric('m', '{{args.host}}')], args: [{ name: 'host' }] })] },
    /^args\.host was not resolved/,
  ],
  [
    'an argument that nobody declares',
    {
      templates: [template('a', { metrics: [metric('m', '{{args.host}}')] })],
      args: [{ name: 'host', value: 'h' }],
    },
    /spec\.metrics\[0\]\.provider\.prometheus\.query: .*no argument host/,
  ],
  [
    'a field that is not there',
    {
      templates: [
        template('a', {
          metrics: [metric('m')],
          args: [{ name: 'x', valueFrom: { fieldRef: { fieldPath: 'spec.x' } } }],
        }),
      ],
      fieldsOf: { apiVersion: '', kind: 'Rollout', metadata: {} },
    },
    /Rollout web has no field spec\.x/,
  ],
  [
    'two metrics of one name',
    { templates: [template('a', { metrics: [metric('m')] }), template('b', { metrics: [metric('m')] })] },
    /two metrics have the same name 'm'/,
  ],
  [
    'an argument with two values',
    {
      templates: [
        template('a', { metrics: [metric('m')], args: [{ name: 'x', value: '1' }] }),
        template('b', { metrics: [metric('n')], args: [{ name: 'x', value: '2' }] }),
      ],
    },
    /Argument `x` specified multiple times with different values/,
  ],
  [
    'a value that is no duration',
    {
      templates: [
        template('a', { metrics: [{ ...metric('m'), interval: '{{args.i}}' }], args: [{ name: 'i' }] }),
      ],
      args: [{ name: 'i', value: 'often' }],
    },
    /spec\.metrics\[0\]\.interval: .*duration/,
  ],
  [
    'a value that makes a condition unreadable',
    {
      templates: [
        template('a', {
          metrics: [{ ...metric('m'), successCondition: 'result > {{args.min}}' }],
          args: [{ name: 'min' }],
        }),
      ],
      args: [{ name: 'min', value: '0.9 >' }],
    },
    /successCondition: .*cannot be read/,
  ],
];

for (const [what, change, problem] of REFUSED)
  test(`refused: ${what}`, (t) => {
    t.true(
      problems(change).some((one) => problem.test(one)),
      problems(change).join('\n'),
    );
  });

test('templates that name templates: in order, each once, never in circles', (t) => {
  const all = new Map<string, AnalysisTemplate>(
    (
      [
        ['a', ['b', 'c']],
        ['b', ['c']],
        ['c', []],
        ['x', ['y']],
        ['y', ['x']],
        ['lost', ['gone']],
      ] as const
    ).map(([name, inner]) => [
      name,
      template(name, { metrics: [metric(name)], templates: inner.map((templateName) => ({ templateName })) }),
    ]),
  );
  const collect = (templateName: string) =>
    collectTemplates([{ templateName }], (ref) => all.get(ref.templateName));
  const found = collect('a');
  t.deepEqual('templates' in found && found.templates.map(({ metadata }) => metadata.name), ['a', 'b', 'c']);
  const circle = collect('x');
  t.regex(
    ('problems' in circle && circle.problems[0]) || '',
    /circle: AnalysisTemplate 'x' -> .*'y' -> .*'x'/,
  );
  const lost = collect('lost');
  t.deepEqual('problems' in lost && lost.problems, ["AnalysisTemplate 'gone' not found"]);
});

test('arguments: found and filled in anywhere, other braces left alone, growth bounded', (t) => {
  const value = { a: ['{{args.x}}/{{ args.y }}', { b: '{{other}}' }], c: 1 };
  t.deepEqual(argumentUses(value), [
    { path: '.a[0]', name: 'x' },
    { path: '.a[0]', name: 'y' },
  ]);
  const filled = withArguments(value, new Map([['x', '$&{{args.y}}']]));
  t.deepEqual(filled, { a: ['$&{{args.y}}/{{ args.y }}', { b: '{{other}}' }], c: 1 });
  t.throws(() => withArguments('{{args.x}}'.repeat(100), new Map([['x', 'x'.repeat(10_000)]])), {
    instanceOf: RangeError,
  });
  t.is(fieldText({ metadata: { labels: { 'a.b/c': 'v' } }, n: 3 }, "metadata.labels['a.b/c']"), 'v');
  t.is(fieldText({ n: 3 }, 'n'), '3');
  t.is(fieldText({ n: {} }, 'n'), undefined);
  t.is(fieldText({}, 'constructor'), undefined);
});

test('names in dryRun and retention are names or simple patterns', (t) => {
  const rows: [string, string, boolean][] = [
    ['up', 'up', true],
    ['up', 'upper', false],
    ['.*', 'any', true],
    ['test.*', 'test-1', true],
    ['test.*', 'a-test', false],
    ['.*(a+)+$', 'aaaa', false],
  ];
  for (const [pattern, name, meant] of rows) t.is(isMeant(pattern, name), meant, `${pattern} ${name}`);
});
