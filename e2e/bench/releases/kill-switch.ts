// From before a kill switch is flipped until the last request from any of three hosts that the new version answers began.
import { setTimeout as delay } from 'node:timers/promises';
import { featureFlagKind, type FeatureFlag } from '@gantry/api/kinds/feature-flag';
import { RELEASES, type ReleaseStage } from '../../cluster/release-stage.ts';
import type { Workbench } from '../bench.ts';
import { percentiles, quantile, type Figure } from '../figure.ts';
import { answersOf } from './answers-of.ts';
import { makeCanary, release } from './release-app.ts';

const APP = 'killed';
const FLAG = 'stop';
const PLACE = { namespace: RELEASES, name: APP };
const ROUNDS = 20;
const QUICK_ROUNDS = 5;
const PERCENT = 50;
const WITHIN_MS = 300;
/** Of load before the switch and after its confirmation. */
const AROUND_MS = 500;
const NEW = 2;

export async function killSwitch(bench: Workbench, stage: ReleaseStage): Promise<Figure[]> {
  await stage.client.create(featureFlagKind, switchOff());
  await makeCanary(stage, APP, {
    killSwitch: { flag: FLAG },
    // The same pods are given traffic again and again.
    abortScaleDownDelaySeconds: 600,
    steps: [{ setWeight: PERCENT }, { pause: {} }],
  });
  await release(stage, APP, NEW);
  const times: number[] = [];
  const answers: number[] = [];
  for (let round = 1; round <= (bench.quick ? QUICK_ROUNDS : ROUNDS); round += 1) {
    await stage.atWeight(APP, PERCENT);
    const { answeredMs, lastMs } = await flip(stage);
    times.push(lastMs);
    answers.push(answeredMs);
    await turn(stage, 'off');
    await stage.patchStatus(APP, { abort: false });
  }
  await turn(stage, 'on');
  return [
    {
      what: 'kill switch flipped -> last request at the new version, 3 nodes',
      target: `p99 <= ${WITHIN_MS} ms`,
      measured: `${percentiles(times, 'ms')}; the write itself was answered after ${percentiles(answers, 'ms')}`,
      reference: '',
      met: quantile(times, 0.99) <= WITHIN_MS,
    },
  ];
}

/** Both in milliseconds from before the request that throws the switch. */
interface Flip {
  answeredMs: number;
  lastMs: number;
}

async function flip(stage: ReleaseStage): Promise<Flip> {
  const loads = await stage.loadFromAll(APP, { pauseMs: 5 });
  await delay(AROUND_MS);
  const beganMs = Date.now();
  await turn(stage, 'on');
  const answeredMs = Date.now() - beganMs;
  await stage.atWeight(APP, 0);
  await delay(AROUND_MS);
  const { lastMs } = answersOf(await Promise.all(loads.map((load) => load.stop())), NEW);
  if (lastMs === 0) throw new Error('the new version answered no request before the switch');
  return { answeredMs, lastMs: Math.max(0, lastMs - beganMs) };
}

async function turn(stage: ReleaseStage, defaultVariant: 'on' | 'off'): Promise<void> {
  const patch = { spec: { flagSpec: { flags: { [FLAG]: { defaultVariant } } } } };
  await stage.client.patch(featureFlagKind, PLACE, 'merge', patch);
}

function switchOff(): FeatureFlag {
  const flag = { state: 'ENABLED' as const, variants: { on: true, off: false }, defaultVariant: 'off' };
  return {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'FeatureFlag',
    metadata: PLACE,
    spec: { flagSpec: { flags: { [FLAG]: flag } } },
  };
}
