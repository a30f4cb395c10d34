// A canary that is promoted, and blue and green that switch, while requests go on: none of them may fail.
import { failuresOf, type LoadReport } from '../../cluster/load/load.ts';
import type { ReleaseStage } from '../../cluster/release-stage.ts';
import type { Workbench } from '../bench.ts';
import type { Figure } from '../figure.ts';
import { answered, answersOf, failed } from './answers-of.ts';
import { makeBlueGreen, makeCanary, release } from './release-app.ts';

const CANARY = 'promoted';
const BLUE_GREEN = 'switched';
const ROUNDS = 10;
const QUICK_ROUNDS = 2;
const PAUSE = { pause: { duration: '2s' } };

export async function underLoad(bench: Workbench, stage: ReleaseStage): Promise<Figure[]> {
  await makeCanary(stage, CANARY, { steps: [{ setWeight: 10 }, PAUSE, { setWeight: 50 }, PAUSE] });
  const canary = await releases(bench, stage, CANARY);
  await makeBlueGreen(stage, BLUE_GREEN);
  const blueGreen = await releases(bench, stage, BLUE_GREEN);
  return [figureOf('canary 10 -> 50 -> 100', canary), figureOf('blue/green switch', blueGreen)];
}

/** One version after the other, each until it has all traffic and the pods of the one before are gone. */
async function releases(bench: Workbench, stage: ReleaseStage, app: string): Promise<LoadReport[][]> {
  const rounds: LoadReport[][] = [];
  for (let version = 2; version <= 1 + (bench.quick ? QUICK_ROUNDS : ROUNDS); version += 1) {
    const loads = await stage.loadFromAll(app);
    await release(stage, app, version);
    await stage.until(
      app,
      'healthy and alone',
      ({ status, spec }) => status?.phase === 'Healthy' && status.replicas === spec.replicas,
    );
    const reports = await Promise.all(loads.map((load) => load.stop()));
    if (answersOf(reports, version).count === 0) throw new Error(`version ${version} answered no request`);
    const failures = reports.map((report) => failuresOf(report));
    bench.say(`${app} ${version}: ${answered(reports)} answers, ${JSON.stringify(failures)}`);
    rounds.push(reports);
  }
  return rounds;
}

function figureOf(what: string, rounds: readonly LoadReport[][]): Figure {
  const counts = rounds.map((reports) => failed(reports));
  const clean = counts.filter((count) => count === 0).length;
  const all = counts.reduce((sum, count) => sum + count, 0);
  return {
    what: `${what} under load from 3 nodes (HTTP kept and new): failed requests`,
    target: `0, in ${ROUNDS} of ${ROUNDS} runs`,
    measured: `${all} of ${answered(rounds.flat()).toLocaleString('en')}; ${clean} of ${rounds.length} runs without any`,
    reference: '',
    met: clean === rounds.length,
  };
}
