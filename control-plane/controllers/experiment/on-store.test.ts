// An Experiment over real resources: defaults, checks and admission as in production. When all is still, nothing is written.
import test from 'ava';
import { analysisRunKind } from '@gantry/api/kinds/analysis-run';
import { analysisTemplateKind } from '@gantry/api/kinds/analysis-template';
import { experimentKind } from '@gantry/api/kinds/experiment';
import { podKind } from '@gantry/api/kinds/pod';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import { serviceKind } from '@gantry/api/kinds/service';
import { keyOf, type AnyObject } from '@gantry/api/meta';
import { timeText } from '@gantry/kit/time-text';
import { given, startTestEngine, type TestEngine } from '../../engine/test-engine.ts';
import { isDeleting, isReady } from '../pod-condition.ts';
import { replicaSetController } from '../replica-set/replica-set-controller.ts';
import { experimentController } from './experiment-controller.ts';
import { AB, ANALYSIS_TEMPLATE, anExperiment, judging, side } from './toy-experiment.ts';

async function agentsAct({ cache, resources, context, clock }: TestEngine): Promise<void> {
  for (const pod of cache.list(podKind)) {
    if (isDeleting(pod)) await resources.delete(podKind, keyOf(pod), { gracePeriodSeconds: 0 }, context());
    else if (!isReady(pod)) {
      const ready = { type: 'Ready', status: 'True', lastTransitionTime: timeText(clock.nowMs()) };
      const status = { phase: 'Running', conditions: [ready] };
      const change = (current: AnyObject): AnyObject => ({ ...current, status });
      await resources.update(podKind, keyOf(pod), 'status', change, context());
    }
  }
}

async function settled(engine: TestEngine): Promise<void> {
  for (let round = 0; round < 30; round += 1) {
    await engine.still();
    const { revision } = engine.cache;
    await agentsAct(engine);
    await engine.still();
    if (engine.cache.revision === revision) return;
  }
  throw new Error('it does not settle');
}

const phaseIn = ({ cache }: TestEngine): string => cache.get(experimentKind, AB)?.status?.phase ?? '';

test('an Experiment runs, is judged, ends, and then leaves the store alone', async (t) => {
  const engine = await startTestEngine();
  const stop = engine.run(experimentController(), replicaSetController());
  await given(engine, analysisTemplateKind, ANALYSIS_TEMPLATE);
  const service = { ports: [{ name: 'http', port: 80, targetPort: 8080 }] };
  const templates = [side('baseline', { service }), side('canary', { replicas: 2 })];
  await given(engine, experimentKind, anExperiment({ templates, analyses: [judging('good')] }));
  await settled(engine);
  t.is(phaseIn(engine), 'Running');
  t.is(engine.cache.list(podKind).length, 3);
  t.is(engine.cache.list(serviceKind).length, 1);
  t.is(engine.cache.list(analysisRunKind).length, 1);
  const running = await engine.store.currentRevision();
  engine.clock.advance(30_000);
  await engine.still();
  t.is(await engine.store.currentRevision(), running, 'one that runs writes nothing');
  engine.clock.advance(31_000);
  await settled(engine);
  t.is(phaseIn(engine), 'Successful');
  engine.clock.advance(31_000);
  await settled(engine);
  t.deepEqual(
    engine.cache.list(replicaSetKind).map(({ spec }) => spec.replicas),
    [0, 0],
  );
  t.is(engine.cache.list(podKind).length + engine.cache.list(serviceKind).length, 0);
  const revision = await engine.store.currentRevision();
  engine.clock.advance(600_000);
  await engine.still();
  t.is(await engine.store.currentRevision(), revision, 'one that has ended writes nothing');
  t.deepEqual(
    engine.logs.filter(({ level }) => level === 'error'),
    [],
  );
  const told = (await engine.toldEvents()).map(({ reason }) => reason);
  t.true(told.includes('ExperimentRunning') && told.includes('ExperimentSuccessful'), told.join());
  await stop();
  await engine.close();
});
