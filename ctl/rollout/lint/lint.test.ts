import test from 'ava';
import type { AnalysisTemplate } from '@gantry/api/kinds/analysis-template';
import type { Service } from '@gantry/api/kinds/service';
import { aRollout } from '../toy-picture.ts';
import { findingText } from './finding.ts';
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
