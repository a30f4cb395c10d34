// What is refused when a Rollout is written, each with its field; and what is kept with a warning.
import test from 'ava';
import { rolloutKind, type Rollout } from '../rollout.ts';
import { admitShape } from '../../validate.ts';

type Spec = Record<string, unknown>;

const TEMPLATE = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'web:1' }] },
};
const SERVICES = { stableService: 'web', canaryService: 'web-canary' };

function aRollout(spec: Spec): Rollout {
  const object = {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'web' } }, template: TEMPLATE, ...spec },
  };
  return admitShape(rolloutKind, object).object as Rollout;
}

const canary = (fields: Spec): Spec => ({ strategy: { canary: fields } });
const split = (fields: Spec): Spec => canary({ ...SERVICES, ...fields });
const exposed = (exposure: object): Spec => split({ exposure });
const steps = (...list: object[]): Spec => split({ steps: list });

function issuesOf(spec: Spec): string[] {
  return (rolloutKind.check?.(aRollout(spec)) ?? []).map(({ path, message }) => `${path}: ${message}`);
}

const SIDES = [
  { name: 'baseline', specRef: 'stable', weight: 10 },
  { name: 'canary', specRef: 'canary', weight: 10 },
];
const experiment = (fields: object = {}) => ({ duration: '1m', templates: SIDES, ...fields });
const judged = (value: string) =>
  experiment({ analyses: [{ name: 'good', templateName: 'answers', args: [{ name: 'version', value }] }] });
const STEP = String.raw`^spec\.strategy\.canary\.steps\[0\]\.experiment`;
/** Of a step alone in a canary whose traffic is split. */
const REFUSED_EXPERIMENTS: [title: string, experiment: object, issue: string][] = [
  ['no templates', experiment({ templates: [] }), `${STEP}.templates: Required value: name at least one`],
  [
    'two templates of one name',
    experiment({ templates: [SIDES[0], SIDES[0]] }),
    `${STEP}.templates\\[1\\].name: Duplicate value: "baseline"`,
  ],
  [
    'two templates with one Service',
    experiment({ templates: SIDES.map((side) => ({ ...side, service: { name: 'x' } })) }),
    `${STEP}.templates\\[1\\].service.name: Duplicate value: "x"`,
  ],
  [
    'weights that are too much',
    experiment({ templates: SIDES.map((side) => ({ ...side, weight: 60 })) }),
    `${STEP}.templates: Invalid value: "60, 60": .* come to 120, and must not be above 100`,
  ],
  ['a duration that is none', experiment({ duration: 'soon' }), `${STEP}.duration: Invalid value: "soon"`],
  ['neither duration nor analyses', { templates: SIDES }, `${STEP}.duration: Required value: without it`],
  [
    'an argument of a template that is not there',
    judged('{{templates.base.podTemplateHash}}'),
    `${STEP}.analyses\\[0\\].args\\[0\\].value: .*there is no template base: there are baseline, canary`,
  ],
  [
    'two analyses of one name',
    experiment({
      analyses: [
        { name: 'good', templateName: 'a' },
        { name: 'good', templateName: 'b' },
      ],
    }),
    `${STEP}.analyses\\[1\\].name: Duplicate value: "good"`,
  ],
];

for (const [title, given, issue] of REFUSED_EXPERIMENTS)
  test(`refused in an experiment: ${title}`, (t) => {
    const issues = issuesOf(steps({ experiment: given }));
    t.true(
      issues.some((one) => new RegExp(issue).test(one)),
      JSON.stringify(issues),
    );
  });

test('an experiment is refused with a version that is neither, and with shares where nothing splits them', (t) => {
  const templates = [{ name: 'other', specRef: 'latest' }];
  const object = { spec: steps({ experiment: experiment({ templates }) }) };
  const { issues } = admitShape(rolloutKind, object);
  t.regex(
    issues.map(({ path, message }) => `${path}: ${message}`).join('\n'),
    /experiment\.templates\[0\]\.specRef: Unsupported value: "latest": supported values: "stable", "canary"/,
  );
  t.deepEqual(
    issuesOf(canary({ steps: [{ experiment: experiment() }] })).map((issue) => issue.split(': ')[0]),
    [0, 1].map((at) => `spec.strategy.canary.steps[0].experiment.templates[${at}].weight`),
  );
  const over = issuesOf(steps({ setWeight: 90 }, { experiment: experiment() }));
  t.regex(over.join(), /with the canary's 90 they come to 110/);
  t.deepEqual(issuesOf(steps({ setWeight: 80 }, { experiment: experiment() })), []);
});

const REFUSED: [title: string, spec: Spec, issue: RegExp][] = [
  ['no strategy', { strategy: {} }, /^spec\.strategy: Required value: name canary or blueGreen/],
  [
    'both strategies',
    { strategy: { canary: {}, blueGreen: { activeService: 'web' } } },
    /name only one of them/,
  ],
  ['no template', { template: undefined, ...canary({}) }, /^spec\.template: Required value/],
  [
    'a template beside a workload',
    { workloadRef: { name: 'web' }, ...canary({}) },
    /^spec\.template: Forbidden: the template is that of workloadRef/,
  ],
  [
    'a workload of another kind',
    { template: undefined, workloadRef: { kind: 'DaemonSet', name: 'web' }, ...canary({}) },
    /^spec\.workloadRef\.kind/,
  ],
  [
    'a selector that finds other pods',
    { selector: { matchLabels: { app: 'x' } }, ...canary({}) },
    /^spec\.template\.metadata\.labels/,
  ],
  [
    'a canary Service alone',
    canary({ canaryService: 'web' }),
    /^spec\.strategy\.canary\.stableService: Required/,
  ],
  [
    'a stable Service alone',
    canary({ stableService: 'web' }),
    /^spec\.strategy\.canary\.canaryService: Required/,
  ],
  [
    'one Service twice',
    canary({ stableService: 'web', canaryService: 'web' }),
    /must be another Service than stableService/,
  ],
  [
    'no pod may move',
    canary({ maxSurge: 0, maxUnavailable: '0%' }),
    /^spec\.strategy\.canary\.maxUnavailable/,
  ],
  [
    'exposure without Services',
    canary({ exposure: { maxPercent: 5 } }),
    /^spec\.strategy\.canary\.exposure: Forbidden/,
  ],
  [
    'an exposure of nothing',
    exposed({}),
    /^spec\.strategy\.canary\.exposure: Required value: name audience, maxPercent or stickyBy/,
  ],
  [
    'two sources of a user',
    exposed({ stickyBy: { header: 'x-user', cookie: 'id' } }),
    /exposure\.stickyBy: .*name exactly one of header, cookie, claim/,
  ],
  [
    'a source that is no name',
    exposed({ stickyBy: { header: 'x-user" } ' } }),
    /exposure\.stickyBy\.header: Invalid value/,
  ],
  [
    'an audience of nobody',
    exposed({ audience: [] }),
    /exposure\.audience: Required value: name which requests/,
  ],
  [
    'an audience that is everybody',
    exposed({ audience: [{}] }),
    /exposure\.audience\[0\]: Required value: name a path, a method, headers/,
  ],
  [
    'an audience by a broken expression',
    exposed({
      audience: [{ request: { headers: [{ name: 'x', value: '(', type: 'RegularExpression' }] } }],
    }),
    /exposure\.audience\[0\]\.request\.headers\[0\]\.value: Invalid value/,
  ],
  [
    'a salt of two lines',
    exposed({ stickyBy: { cookie: 'id' }, salt: 'a\nb' }),
    /exposure\.salt: Invalid value/,
  ],
  [
    'an analysis that begins after the last step',
    canary({ steps: [{ setWeight: 5 }], analysis: { templates: [{ templateName: 'a' }], startingStep: 1 } }),
    /analysis\.startingStep: .*names no step: there is 1 step, and the first one is 0/,
  ],
  [
    'copies of no requests',
    steps({ setMirrorRoute: { name: 'copy', percentage: 5 } }),
    /steps\[0\]\.setMirrorRoute\.match: Required value: for all requests `path: \{ prefix: \/ \}`/,
  ],
  ['stable scale without Services', canary({ dynamicStableScale: true }), /dynamicStableScale: Forbidden/],
  [
    'a step with two things',
    steps({ setWeight: 5, pause: {} }),
    /steps\[0\]: Invalid value: "setWeight, pause": name exactly one/,
  ],
  ['a step with nothing', steps({}), /steps\[0\]: Invalid value/],
  [
    'the same weight again',
    steps({ setWeight: 5 }, { setWeight: 5 }),
    /steps\[1\]\.setWeight: .*has no effect/,
  ],
  [
    'a pause that is no time',
    steps({ pause: { duration: 'soon' } }),
    /steps\[0\]\.pause\.duration: .*30s, 10m/,
  ],
  [
    'a scale of two kinds',
    steps({ setCanaryScale: { weight: 5, replicas: 1 } }),
    /name exactly one of weight, replicas/,
  ],
  [
    'a scale without Services',
    canary({ steps: [{ setCanaryScale: { replicas: 1 } }] }),
    /setCanaryScale: Forbidden/,
  ],
  [
    'a route without Services',
    canary({ steps: [{ setHeaderRoute: { name: 'a' } }] }),
    /setHeaderRoute: Forbidden/,
  ],
  [
    'a header with two values',
    steps({
      setHeaderRoute: { name: 'a', match: [{ headerName: 'x', headerValue: { exact: 'a', prefix: 'b' } }] },
    }),
    /headerValue: .*name exactly one of exact, prefix, regex/,
  ],
  [
    'a regular expression that is none',
    steps({ setHeaderRoute: { name: 'a', match: [{ headerName: 'x', headerValue: { regex: '(' } }] } }),
    /headerValue\.regex/,
  ],
  [
    'a mirror without Services',
    canary({ steps: [{ setMirrorRoute: { name: 'a' } }] }),
    /setMirrorRoute: Forb/,
  ],
  [
    'a mirror of requests of which nothing is said',
    steps({ setMirrorRoute: { name: 'a', match: [{}] } }),
    /setMirrorRoute\.match\[0\]: Required/,
  ],
  [
    'a mirror of a method by its beginning',
    steps({ setMirrorRoute: { name: 'a', match: [{ method: { prefix: 'P' } }] } }),
    /match\[0\]\.method: .*must be exact, one of GET/,
  ],
  [
    'a mirror of a path that is none',
    steps({ setMirrorRoute: { name: 'a', match: [{ path: { exact: 'api' } }] } }),
    /match\[0\]\.path\.exact: Invalid/,
  ],
  [
    'a mirror of two paths at once',
    steps({ setMirrorRoute: { name: 'a', match: [{ path: { exact: '/a', regex: '/b' } }] } }),
    /match\[0\]\.path: .*name exactly one/,
  ],
  [
    'a mirror of a header whose name is none',
    steps({ setMirrorRoute: { name: 'a', match: [{ headers: { 'a b': { exact: 'x' } } }] } }),
    /match\[0\]\.headers\[a b\]: Invalid/,
  ],
  [
    'a mirror with too many matches',
    steps({ setMirrorRoute: { name: 'a', match: Array(17).fill({ method: { exact: 'GET' } }) } }),
    /setMirrorRoute\.match: Too long/,
  ],
  [
    'a flag that is not changed',
    steps({ setFlag: { flag: 'a' } }),
    /setFlag: Required value: name a variant or a state/,
  ],
  ['an analysis without a template', steps({ analysis: {} }), /analysis\.templates: Required value/],
  [
    'a template twice',
    steps({ analysis: { templates: [{ templateName: 'a' }, { templateName: 'a' }] } }),
    /templates\[1\]\.templateName: Duplicate/,
  ],
  [
    'an argument without a value',
    steps({ analysis: { templates: [{ templateName: 'a' }], args: [{ name: 'x' }] } }),
    /args\[0\]: .*give it exactly one of value/,
  ],
  [
    'a background analysis that never begins',
    split({ analysis: { templates: [{ templateName: 'a' }], startingStep: 3 } }),
    /startingStep: .*there are 0 steps/,
  ],
  [
    'a preview that is too big',
    { replicas: 2, strategy: { blueGreen: { activeService: 'a', previewReplicaCount: 3 } } },
    /previewReplicaCount: .*must not be greater/,
  ],
  [
    'a part by which pods are told apart',
    split({ canaryMetadata: { labels: { app: 'other' } } }),
    /^spec\.strategy\.canary\.canaryMetadata\.labels\[app\]: Forbidden/,
  ],
  [
    'a part with the hash of a version',
    split({ stableMetadata: { labels: { 'rollouts-pod-template-hash': 'x' } } }),
    /stableMetadata\.labels\[rollouts-pod-template-hash\]: Forbidden/,
  ],
  [
    "a part with the cluster's own words",
    {
      strategy: {
        blueGreen: { activeService: 'a', activeMetadata: { annotations: { 'gantry.dev/traffic': 'x' } } },
      },
    },
    /blueGreen\.activeMetadata\.annotations\[gantry\.dev\/traffic\]: Forbidden/,
  ],
  [
    'a part whose label is none',
    { strategy: { blueGreen: { activeService: 'a', previewMetadata: { labels: { role: 'a b' } } } } },
    /previewMetadata\.labels\[role\]: Invalid/,
  ],
  ['a deadline before pods count', { minReadySeconds: 700, ...canary({}) }, /^spec\.progressDeadlineSeconds/],
  [
    'itself before itself',
    { dependsOn: [{ name: 'web' }], ...canary({}) },
    /dependsOn\[0\]\.name: .*cannot wait for itself/,
  ],
  [
    'somebody twice',
    { dependsOn: [{ name: 'a' }, { name: 'a' }], ...canary({}) },
    /dependsOn\[1\]\.name: Duplicate/,
  ],
];

for (const [title, spec, issue] of REFUSED)
  test(`refused: ${title}`, (t) => {
    const found = issuesOf(spec);
    t.true(
      found.some((text) => issue.test(text)),
      JSON.stringify(found),
    );
  });

for (const weight of [-1, 101, 1.5])
  test(`refused: a weight of ${weight}`, (t) => {
    const object = { ...aRollout(canary({})), spec: { ...steps({ setWeight: weight }) } };
    const { issues } = admitShape(rolloutKind, object);
    t.true(
      issues.some(({ path }) => path === 'spec.strategy.canary.steps[0].setWeight'),
      JSON.stringify(issues),
    );
  });

test('a whole canary is taken', (t) => {
  const analysis = {
    templates: [{ templateName: 'a' }],
    args: [{ name: 'x', valueFrom: { podTemplateHashValue: 'Latest' } }],
  };
  const list = [
    { setWeight: 5 },
    { pause: { duration: '1h30m' } },
    { pause: { duration: 10 } },
    { analysis },
    { setCanaryScale: { matchTrafficWeight: true } },
    { setHeaderRoute: { name: 'a', match: [{ headerName: 'x-a', headerValue: { regex: 'a+' } }] } },
    { setHeaderRoute: { name: 'a' } },
    {
      setMirrorRoute: {
        ...{ name: 'm', percentage: 35 },
        match: [{ method: { exact: 'GET' }, path: { prefix: '/' }, headers: { 'x-a': { regex: 'a+' } } }],
      },
    },
    { setMirrorRoute: { name: 'm' } },
    { gate: { flag: 'go', variant: 'on' } },
    { setFlag: { flag: 'go', state: 'DISABLED' } },
    { setWeight: 100 },
  ];
  t.deepEqual(
    issuesOf(split({ steps: list, analysis, exposure: { maxPercent: 10, stickyBy: { cookie: 'id' } } })),
    [],
  );
});

test('what other tools do is kept, and told', (t) => {
  const warnings = rolloutKind.warningsOf?.(
    aRollout(
      split({
        trafficRouting: { nginx: {} },
      }),
    ),
  );
  t.is(warnings?.length, 1);
  t.regex(
    warnings?.join('\n') ?? '',
    /trafficRouting \(nginx\) is not needed: the proxies of the nodes split/,
  );
});
