// A canary that fails half of its requests, judged every second in the background: from its first request until all proxies
// have confirmed that nobody is led there, and it has answered for the last time.
import { setTimeout as delay } from 'node:timers/promises';
import type { AnalysisTemplate } from '@gantry/api/kinds/analysis-template';
import type { CanaryStrategy } from '@gantry/api/kinds/rollout/strategy';
import { confirmedWeight, RELEASES, type ReleaseStage } from '../../cluster/release-stage.ts';
import type { Workbench } from '../bench.ts';
import { quantile, short, spread, type Figure } from '../figure.ts';
import { answersOf, failed } from './answers-of.ts';
import { makeCanary, release } from './release-app.ts';

const APP = 'failing';
const TEMPLATE = 'answers';
const ROUNDS = 5;
const QUICK_ROUNDS = 2;
const PERCENT = 20;
const FAIL_PERCENT = 50;
const WITHIN_MS = 3_000;
/** Of load after the confirmation: a request that comes late is seen. */
const AFTER_MS = 1_000;

const TEMPLATE_OBJECT: AnalysisTemplate = {
  apiVersion: 'gantry.dev/v1alpha1',
  kind: 'AnalysisTemplate',
  metadata: { name: TEMPLATE },
  spec: {
    args: [{ name: 'version' }],
    metrics: [
      {
        name: 'success-rate',
        interval: '1s',
        failureLimit: 0,
        successCondition: 'result >= 0.9',
        provider: {
          gantry: { metric: 'success-rate', revision: '{{args.version}}', minimumRequests: 5 },
        },
      },
    ],
  },
};

const CANARY: CanaryStrategy = {
  analysis: {
    templates: [{ templateName: TEMPLATE }],
    args: [{ name: 'version', valueFrom: { podTemplateHashValue: 'Latest' } }],
  },
  steps: [{ setWeight: PERCENT }, { pause: {} }],
};

export async function failingCanary(bench: Workbench, stage: ReleaseStage): Promise<Figure[]> {
  await stage.make(RELEASES, TEMPLATE_OBJECT);
  await makeCanary(stage, APP, CANARY);
  const times: Fall[] = [];
  for (let round = 1; round <= (bench.quick ? QUICK_ROUNDS : ROUNDS); round += 1) {
    const fall = await fell(stage, round + 1);
    const { confirmedMs, lastMs, requests } = fall;
    const answers = `${requests} answers, ${fall.failed} failed`;
    bench.say(`confirmed ${confirmedMs} ms, last request ${lastMs} ms after the first; ${answers}`);
    times.push(fall);
  }
  const confirmed = times.map(({ confirmedMs, lastMs }) => Math.max(confirmedMs, lastMs) / 1_000);
  const last = times.map(({ lastMs }) => lastMs / 1_000);
  return [
    {
      what: `canary at ${PERCENT} % that fails half of its requests, analysis every 1 s: its first request -> weight 0 at every proxy`,
      target: `p50 <= ${short(WITHIN_MS / 1_000)} s`,
      measured: `${spread(confirmed, 's')}; its last request after ${spread(last, 's')}`,
      reference: '',
      met: quantile(confirmed, 0.5) <= WITHIN_MS / 1_000,
    },
  ];
}

/** In ms since the first request that the failing version answered. */
interface Fall {
  confirmedMs: number;
  lastMs: number;
  requests: number;
  failed: number;
}

async function fell(stage: ReleaseStage, version: number): Promise<Fall> {
  const loads = await stage.loadFromAll(APP);
  await release(stage, APP, version, FAIL_PERCENT);
  await stage.until(
    APP,
    'without traffic',
    (rollout) => rollout.status?.abort === true && confirmedWeight(rollout) === 0,
  );
  const atMs = Date.now();
  await delay(AFTER_MS);
  const reports = await Promise.all(loads.map((load) => load.stop()));
  const answers = answersOf(reports, version);
  if (answers.count === 0) throw new Error('the failing version answered no request');
  const { firstMs, lastMs, count } = answers;
  return { confirmedMs: atMs - firstMs, lastMs: lastMs - firstMs, requests: count, failed: failed(reports) };
}
