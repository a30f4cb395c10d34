// Of 10,000 requests from a host, how many the canary with weight 10 answers.
import type { ReleaseStage } from '../../cluster/release-stage.ts';
import type { Workbench } from '../bench.ts';
import type { Figure } from '../figure.ts';
import { answered, answersOf } from './answers-of.ts';
import { makeCanary, release } from './release-app.ts';

const APP = 'share';
const PERCENT = 10;
const REQUESTS = 10_000;
const WAYS = 2;
const OFF_BY_MAX = 0.5;

export async function weightShare(bench: Workbench, stage: ReleaseStage): Promise<Figure[]> {
  await makeCanary(stage, APP, { steps: [{ setWeight: PERCENT }, { pause: {} }] });
  await release(stage, APP, 2);
  await stage.atWeight(APP, PERCENT);
  const shares: number[] = [];
  for (const host of bench.quick ? [0] : [0, 1, 2]) {
    const load = await stage.load(APP, host, { clients: 4, pauseMs: 0, requests: REQUESTS / WAYS });
    const reports = [await load.done()];
    if (answered(reports) !== REQUESTS)
      throw new Error(`${answered(reports)} answers to ${REQUESTS} requests`);
    shares.push((answersOf(reports, 2).count / REQUESTS) * 100);
  }
  await stage.patchStatus(APP, { abort: true });
  return [
    {
      what: `requests that reach a canary with weight ${PERCENT}, of ${REQUESTS.toLocaleString('en')} from one host`,
      target: `${PERCENT} % +- ${OFF_BY_MAX}`,
      measured: `${shares.map((share) => share.toFixed(2)).join(', ')} % (by host)`,
      reference: '',
      met: shares.every((share) => Math.abs(share - PERCENT) <= OFF_BY_MAX),
    },
  ];
}
