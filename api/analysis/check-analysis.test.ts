// What templates and runs are refused for, and what Argo Rollouts' manifests are told.
import test from 'ava';
import { analysisRunKind } from '../kinds/analysis-run.ts';
import { analysisTemplateKind } from '../kinds/analysis-template.ts';
import type { KindDefinition } from '../definition.ts';
import { admitShape } from '../validate.ts';

const PROMETHEUS = { address: 'http://prometheus:9090', query: 'up' };
const METRIC = { name: 'up', successCondition: 'result[0] == 1', provider: { prometheus: PROMETHEUS } };
const GANTRY = { metric: 'success-rate', revision: 'abc', service: 'web' };
const JOB = {
  spec: { template: { spec: { containers: [{ name: 'a', image: 'a:1' }], restartPolicy: 'Never' } } },
};

function findings(definition: KindDefinition, spec: object): string[] {
  const { object, issues, unknown } = admitShape(definition, { metadata: { name: 'a' }, spec });
  if (issues.length > 0) return issues.map(({ path, message }) => `${path}: ${message}`);
  return [
    ...unknown.map(({ path }) => `unknown ${path}`),
    ...(definition.check?.(object) ?? []).map(({ path, message }) => `${path}: ${message}`),
  ];
}

const metric = (change: object): object => ({ metrics: [{ ...METRIC, ...change }] });
const provider = (fields: object): object => metric({ provider: fields });
const gantry = (change: object): object => provider({ gantry: { ...GANTRY, ...change } });
const prometheus = (change: object): object => provider({ prometheus: { ...PROMETHEUS, ...change } });

const ACCEPTED: [KindDefinition, object][] = [
  [analysisTemplateKind, metric({})],
  [analysisTemplateKind, metric({ interval: '{{args.often}}', count: '{{ args.n }}' })],
  [
    analysisTemplateKind,
    metric({ interval: '5s', count: 10, failureLimit: 3, consecutiveSuccessLimit: '4' }),
  ],
  [analysisTemplateKind, metric({ failureLimit: -1 })],
  [analysisTemplateKind, { templates: [{ templateName: 'other', clusterScope: true }] }],
  [analysisTemplateKind, provider({ job: JOB })],
  [analysisTemplateKind, provider({ web: { url: '{{args.url}}/x', jsonPath: '{$.ok}' } })],
  [
    analysisTemplateKind,
    provider({ web: { url: '{{args.url}}/x', jsonPath: '{$.{{args.n}}.a[{{args.n}}]}' } }),
  ],
  [analysisTemplateKind, gantry({ window: '30s' })],
  [
    analysisTemplateKind,
    gantry({ revision: '{{args.hash}}', baselineRevision: 'def', judge: { test: 'sequential' } }),
  ],
  [
    analysisRunKind,
    { ...metric({ count: '{{args.n}}', interval: '1s' }), args: [{ name: 'n', value: '3' }] },
  ],
];

for (const [definition, spec] of ACCEPTED)
  test(`accepted ${definition.kind}: ${JSON.stringify(spec).slice(0, 160)}`, (t) => {
    const declared = ['often', 'n', 'url', 'hash'].map((name) => ({ name }));
    const args = definition === analysisTemplateKind && !('templates' in spec) ? { args: declared } : {};
    t.deepEqual(findings(definition, { ...args, ...spec }), []);
  });

const REFUSED: [object, string][] = [
  [{}, 'spec.metrics: Required value: no metrics specified'],
  [
    provider({ web: { url: 'http://a/', jsonPath: '{$.data[}' } }),
    'spec.metrics[0].provider.web.jsonPath: Invalid value: "{$.data[}": it cannot be read from "[" on: ' +
      "a step is .name, .*, ..name, [0], [1:3], [*] or ['a name']",
  ],
  [{ metrics: [METRIC, METRIC] }, 'spec.metrics[1].name: Duplicate value: "up"'],
  [metric({ name: '' }), 'spec.metrics[0].name: Required value'],
  [
    metric({ interval: 'often' }),
    'spec.metrics[0].interval: Invalid value: "often": interval must be a duration',
  ],
  [metric({ interval: '10ms' }), 'spec.metrics[0].interval: Invalid value: "10ms": must be at least 1s'],
  [metric({ initialDelay: '-1s' }), 'spec.metrics[0].initialDelay: Invalid value'],
  [
    metric({ count: 2 }),
    'spec.metrics[0].interval: Required value: interval must be specified when count > 1',
  ],
  [metric({ count: 0 }), 'spec.metrics[0].count: Invalid value: 0: must be greater than 0'],
  [metric({ count: 'few' }), 'spec.metrics[0].count: Invalid value: "few": count must be a whole number'],
  [
    metric({ count: 3, interval: '1s', failureLimit: 3 }),
    'spec.metrics[0].failureLimit: Invalid value: 3: count must be',
  ],
  [metric({ inconclusiveLimit: -1 }), 'spec.metrics[0].inconclusiveLimit: Invalid value: -1'],
  [metric({ consecutiveErrorLimit: -1 }), 'spec.metrics[0].consecutiveErrorLimit: Invalid value: -1'],
  [
    metric({ successCondition: 'result >' }),
    'spec.metrics[0].successCondition: Invalid value: "result >": cannot be read',
  ],
  [
    metric({ failureCondition: 'value > 1' }),
    'spec.metrics[0].failureCondition: Invalid value: "value > 1": there is no variable value',
  ],
  [
    metric({ successCondition: 'result > {{args.min}}' }),
    'spec.metrics[0].successCondition: Invalid value: "{{args.min}}": there is no argument min',
  ],
  [provider({}), 'spec.metrics[0].provider: Required value: one of gantry, prometheus, web, job'],
  [provider({ prometheus: PROMETHEUS, job: JOB }), 'spec.metrics[0].provider.job: Forbidden'],
  [
    provider({ prometheus: { ...PROMETHEUS, address: 'ftp://x' } }),
    'spec.metrics[0].provider.prometheus.address: Invalid value',
  ],
  [
    provider({ prometheus: { ...PROMETHEUS, query: ' ' } }),
    'spec.metrics[0].provider.prometheus.query: Required value',
  ],
  [
    prometheus({ rangeQuery: { start: '5m', end: 'now()', step: '1m' } }),
    'spec.metrics[0].provider.prometheus.rangeQuery.start: Invalid value',
  ],
  [
    prometheus({ rangeQuery: { start: 'now()', end: 'now() - duration("1m")', step: '1m' } }),
    'spec.metrics[0].provider.prometheus.rangeQuery.start: Invalid value: "now()": must not be after the end',
  ],
  [
    prometheus({ rangeQuery: { start: 'now()', end: 'now()', step: '0s' } }),
    'spec.metrics[0].provider.prometheus.rangeQuery.step: Invalid value: "0s": step must be greater than 0',
  ],
  [
    prometheus({ authentication: { oauth2: { tokenUrl: 'x', clientId: 'a', clientSecret: 'b' } } }),
    'spec.metrics[0].provider.prometheus.authentication.oauth2.tokenUrl: Invalid value',
  ],
  [
    provider({
      web: {
        url: 'http://a',
        authentication: { oauth2: { tokenUrl: 'http://a', clientId: '', clientSecret: 'b' } },
      },
    }),
    'spec.metrics[0].provider.web.authentication.oauth2.clientId: Required value',
  ],
  [provider({ web: { url: 'here' } }), 'spec.metrics[0].provider.web.url: Invalid value'],
  [
    provider({ web: { url: 'http://a', body: 'x' } }),
    'spec.metrics[0].provider.web.body: Forbidden: is sent with POST',
  ],
  [
    provider({ web: { url: 'http://a', method: 'PUT', body: 'x', jsonBody: {} } }),
    'spec.metrics[0].provider.web.jsonBody: Forbidden',
  ],
  [
    provider({ job: { spec: { template: { spec: { containers: [], restartPolicy: 'Never' } } } } }),
    'spec.metrics[0].provider.job.spec.template.spec.containers',
  ],
  [gantry({ services: ['a'] }), 'spec.metrics[0].provider.gantry.services: Forbidden'],
  [gantry({ revision: '' }), 'spec.metrics[0].provider.gantry.revision: Required value'],
  [gantry({ revision: 'No Hash' }), 'spec.metrics[0].provider.gantry.revision: Invalid value'],
  [gantry({ window: '10ms' }), 'spec.metrics[0].provider.gantry.window: Invalid value'],
  [gantry({ percentile: 99 }), 'spec.metrics[0].provider.gantry.percentile: Forbidden'],
  [gantry({ baselineRevision: 'def' }), 'spec.metrics[0].provider.gantry.baselineRevision: Forbidden'],
  [
    gantry({ judge: { test: 'sequential' } }),
    'spec.metrics[0].provider.gantry.baselineRevision: Required value',
  ],
  [
    gantry({ judge: { test: 'mann-whitney' }, baselineRevision: 'b' }),
    'spec.metrics[0].provider.gantry.judge.test: Invalid value',
  ],
  [
    gantry({ judge: { test: 'sequential', tolerance: 1 }, baselineRevision: 'b' }),
    'spec.metrics[0].provider.gantry.judge.tolerance: Forbidden',
  ],
  [
    { metrics: [{ name: 'a', provider: { gantry: GANTRY } }] },
    'spec.metrics[0].provider.gantry.judge: Required value: set it, successCondition or failureCondition',
  ],
  [{ ...metric({}), args: [{ name: 'a' }, { name: 'a' }] }, 'spec.args[1].name: Duplicate value: "a"'],
  [{ ...metric({}), args: [{ name: 'a b' }] }, 'spec.args[0].name: Invalid value'],
  [
    {
      ...metric({}),
      args: [{ name: 'a', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
    },
    'spec.args[0].valueFrom: Forbidden',
  ],
  [{ ...metric({}), args: [{ name: 'a', valueFrom: {} }] }, 'spec.args[0].valueFrom: Required value'],
  [
    { ...metric({}), measurementRetention: [{ metricName: 'up', limit: 9999 }] },
    'spec.measurementRetention[0].limit: Invalid value',
  ],
  [
    { ...metric({}), dryRun: [{ metricName: 'up' }, { metricName: 'up' }] },
    'spec.dryRun[1].metricName: Duplicate value',
  ],
  [
    { metrics: Array.from({ length: 51 }, (_, at) => ({ ...METRIC, name: `m${at}` })) },
    'spec.metrics: Too long',
  ],
  [
    {
      ...provider({ job: { ...JOB, metadata: { annotations: { key: '{{args.key}}' } } } }),
      args: [{ name: 'key', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }],
    },
    'spec.metrics[0].provider.job.metadata.annotations.key: Forbidden: args.key comes from a Secret',
  ],
  [provider({ datadog: { query: 'x' } }), 'unknown spec.metrics[0].provider.datadog'],
];

for (const [spec, finding] of REFUSED)
  test(`refused: ${finding}`, (t) => {
    const found = findings(analysisTemplateKind, spec);
    t.true(
      found.some((one) => one.startsWith(finding)),
      found.join('\n'),
    );
  });

test('a run needs values for its arguments, and is not changed once it is made', (t) => {
  const spec = {
    ...metric({}),
    args: [{ name: 'a' }, { name: 'b', valueFrom: { fieldRef: { fieldPath: 'x' } } }],
  };
  t.deepEqual(findings(analysisRunKind, spec), [
    'spec.args[0].value: Required value: the argument a has no value',
    'spec.args[1].valueFrom.fieldRef: Forbidden: fields are looked up when a run is made: give the value',
  ]);
  const run = (change: object) =>
    admitShape(analysisRunKind, { metadata: { name: 'a' }, spec: metric(change) }).object;
  const update = analysisRunKind.checkUpdate?.(run({ interval: '9s' }) as never, run({}) as never) ?? [];
  t.deepEqual(
    update.map(({ path }) => path),
    ['spec.metrics'],
  );
});

test('a Prometheus that is not named is asked for, with what to give', (t) => {
  const spec = { metrics: [{ name: 'm', provider: { prometheus: { query: 'up' } } }] };
  const { issues } = admitShape(analysisTemplateKind, { metadata: { name: 't' }, spec });
  t.deepEqual(
    issues.map(({ path, message }) => `${path}: ${message}`),
    [
      'spec.metrics[0].provider.prometheus.address: Required value: where it answers, e.g. `http://prometheus.monitoring:9090`',
    ],
  );
});
