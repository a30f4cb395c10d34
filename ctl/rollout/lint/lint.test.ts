import test from 'ava';
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { AnalysisTemplate } from '@gantry/api/kinds/analysis-template';
import type { Service } from '@gantry/api/kinds/service';
import { aRollout } from '../toy-picture.ts';
import { findingText } from './finding.ts';
import { flagFindings } from './flag-findings.ts';
import { neighbourFindings } from './neighbour-findings.ts';
import { stepAdvice } from './step-advice.ts';

const STEPS = 'spec.strategy.canary.steps';
const texts = (found: readonly Parameters<typeof findingText>[1][]): string[] =>
  found.map((one) => findingText('f:1', one).trimEnd());

test('steps that do nothing, fall, or cannot be reached by pods', (t) => {
  const { spec } = aRollout(
    {},
    {
      strategy: {
        canary: {
          steps: [{ setWeight: 10 }, { pause: { duration: 0 } }, { setWeight: 10 }, { setWeight: 5 }],
        },
      },
    },
  );
  t.deepEqual(texts(stepAdvice(spec)), [
    `f:1: advice: ${STEPS}[0].setWeight: 4 replicas cannot give 10 % by their number: 1 of 4 pods are 25 %; name stableService and canaryService, whose traffic is split exactly, or raise spec.replicas or maxSurge`,
    `f:1: advice: ${STEPS}[1].pause.duration: has no effect: it is 0; give it a time, or leave it out to wait for somebody`,
    `f:1: advice: ${STEPS}[2].setWeight: has no effect: the weight is 10 already; leave the step out`,
    `f:1: advice: ${STEPS}[2].setWeight: 4 replicas cannot give 10 % by their number: 1 of 4 pods are 25 %; name stableService and canaryService, whose traffic is split exactly, or raise spec.replicas or maxSurge`,
    `f:1: advice: ${STEPS}[3].setWeight: the weight falls from 10 to 5; let weights rise; an abort takes traffic back`,
    `f:1: advice: ${STEPS}[3].setWeight: 4 replicas cannot give 5 % by their number: 1 of 4 pods are 25 %; name stableService and canaryService, whose traffic is split exactly, or raise spec.replicas or maxSurge`,
  ]);
});

test('a canary that nothing holds', (t) => {
  const { spec } = aRollout({}, { strategy: { canary: { steps: [{ setWeight: 50 }] } } });
  t.deepEqual(texts(stepAdvice(spec)), [
    `f:1: advice: ${STEPS}: the canary never pauses and nothing analyses it: only readiness is looked at; add a pause, a gate or an analysis`,
  ]);
  t.deepEqual(stepAdvice(aRollout().spec), []);
});

test('routes that end and have not begun, and copies of nothing', (t) => {
  const match = [{ path: { prefix: '/' } }];
  const steps = [
    { setMirrorRoute: { name: 'a' } },
    { setMirrorRoute: { name: 'a', match, percentage: 0 } },
    { setHeaderRoute: { name: 'a' } },
    { pause: {} },
    { setMirrorRoute: { name: 'a' } },
  ];
  const { spec } = aRollout({}, { strategy: { canary: { steps } } });
  t.deepEqual(texts(stepAdvice(spec)), [
    `f:1: advice: ${STEPS}[0].setMirrorRoute: has no effect: no step before makes a route a; give it a match, or leave it out`,
    `f:1: advice: ${STEPS}[1].setMirrorRoute.percentage: copies nothing: it is 0; give it a share, or leave the match out to end the route`,
    `f:1: advice: ${STEPS}[2].setHeaderRoute: has no effect: no step before makes a route a; give it a match, or leave it out`,
  ]);
});

test('Services, templates and arguments of the same files', (t) => {
  const service = { metadata: { name: 'web' }, spec: { selector: { app: 'wbe' } } } as unknown as Service;
  const template = {
    metadata: { name: 'ok' },
    spec: { metrics: [], args: [{ name: 'service' }, { name: 'limit', value: '1' }] },
  } as unknown as AnalysisTemplate;
  const found = (templates: AnalysisTemplate[]): string[] =>
    texts(
      neighbourFindings(aRollout(), {
        services: [service],
        findTemplate: ({ templateName }) => templates.find(({ metadata }) => metadata.name === templateName),
      }),
    );
  const wrongService =
    'f:1: error: spec.strategy.canary.stableService: Service web does not select the pods: spec.template has no label app=wbe; make the selector and the labels agree';
  t.deepEqual(found([template]), [
    wrongService,
    `f:1: error: ${STEPS}[2].analysis.args: argument service of the template has no value; add { name: service, value: … }`,
  ]);
  t.deepEqual(found([]), [
    wrongService,
    `f:1: advice: ${STEPS}[2].analysis.templates: AnalysisTemplate 'ok' not found in these files; add it to them, or see that it is in the cluster`,
  ]);
});

test('flags of the same files: one that is not there, and a variant that it does not have', (t) => {
  const steps = [
    { gate: { flag: 'go', variant: 'yes' } },
    { setFlag: { flag: 'page', variant: 'on' } },
    { setWeight: 60 },
  ];
  const canary = { killSwitch: { flag: 'go' }, exposure: { maxPercent: 30 }, steps };
  const { spec } = aRollout({}, { strategy: { canary } });
  const flag = { state: 'ENABLED', variants: { on: true, off: false } };
  const object = { spec: { flagSpec: { flags: { go: flag } } } } as unknown as FeatureFlag;
  t.deepEqual(texts(flagFindings(spec, [object])), [
    `f:1: error: ${STEPS}[0].gate.variant: flag "go" has no variant "yes", but on, off; name one of them`,
    `f:1: advice: ${STEPS}[1].setFlag.flag: there is no flag "page" in these files; add it to them, or see that it is in the namespace`,
  ]);
  t.true(
    texts(stepAdvice(spec)).includes(
      `f:1: advice: ${STEPS}[2].setWeight: comes to 30 %: exposure.maxPercent bounds it; raise maxPercent, or lower the weight`,
    ),
  );
});
