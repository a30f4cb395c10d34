// An Experiment `ab` in the toy world, for tests: what agents do, and runs that end as the test says.
import { isEnded } from '@gantry/api/analysis/run-phase';
import { analysisRunKind, type AnalysisRun } from '@gantry/api/kinds/analysis-run';
import { analysisTemplateKind } from '@gantry/api/kinds/analysis-template';
import { experimentKind, type Experiment, type ExperimentStatus } from '@gantry/api/kinds/experiment';
import type { ExperimentTemplate } from '@gantry/api/kinds/experiment/spec';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import { keyOf } from '@gantry/api/meta';
import { EXPERIMENT_TEMPLATE } from '@gantry/api/rollout/marks';
import type { Controller } from '../../engine/controller.ts';
import { settleAll, type Witness } from '../../engine/settle.ts';
import { podsOf, running, stopped } from '../../engine/toy-pods.ts';
import { emptyWorld, later, readerOf, withChange, withObject, type World } from '../../engine/toy-world.ts';
import { isActive, isReady } from '../pod-condition.ts';
import { replicaSetController } from '../replica-set/replica-set-controller.ts';
import { aTemplate } from '../toy-workloads.ts';
import { experimentController } from './experiment-controller.ts';

/** The key of the Experiment in these tests. */
export const AB = { namespace: 'default', name: 'ab' };
/** All controllers that an Experiment needs. */
export const controllers: readonly Controller[] = [experimentController(), replicaSetController()];

/** A template whose pods have the image `<name>:1`. */
export function side(name: string, more: Partial<ExperimentTemplate> = {}): ExperimentTemplate {
  return { name, replicas: 1, template: aTemplate(`${name}:1`), ...more };
}

export const ANALYSIS_TEMPLATE = {
  apiVersion: 'gantry.dev/v1alpha1',
  kind: 'AnalysisTemplate',
  metadata: { name: 'answers', namespace: 'default' },
  spec: {
    args: [{ name: 'version' }],
    metrics: [
      {
        name: 'success-rate',
        successCondition: 'result > 0.9',
        provider: { gantry: { metric: 'success-rate' as const, revision: '{{args.version}}' } },
      },
    ],
  },
};

/** An analysis of the template `canary`. */
export const judging = (name: string, more: object = {}) => ({
  name,
  templateName: 'answers',
  args: [{ name: 'version', value: '{{templates.canary.podTemplateHash}}' }],
  ...more,
});

/** A baseline and a canary for a minute. */
export function anExperiment(spec: Partial<Experiment['spec']> = {}, metadata: object = {}): Experiment {
  return {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'Experiment',
    metadata: { ...AB, ...metadata },
    spec: { templates: [side('baseline'), side('canary')], duration: '1m', ...spec },
  };
}

/** The Experiment and the template of its analyses. */
export function worldWith(spec: Partial<Experiment['spec']> = {}, metadata: object = {}): World {
  const world = withObject(emptyWorld(), analysisTemplateKind, ANALYSIS_TEMPLATE);
  return withObject(world, experimentKind, anExperiment(spec, metadata));
}

export function statusIn(world: World): ExperimentStatus {
  return readerOf(world).get(experimentKind, AB)?.status ?? {};
}

export const runsIn = (world: World): readonly AnalysisRun[] => readerOf(world).list(analysisRunKind);

/** Sizes of ReplicaSets by template. */
export function sizesIn(world: World): Record<string, number> {
  return Object.fromEntries(
    readerOf(world)
      .list(replicaSetKind)
      .map(({ metadata, spec }) => [metadata.annotations?.[EXPERIMENT_TEMPLATE] ?? '', spec.replicas ?? 1]),
  );
}

/** A user changes the spec. */
export function edited(world: World, change: Partial<Experiment['spec']>): World {
  return withChange(world, experimentKind, AB, (current) => ({
    ...current,
    spec: { ...current.spec, ...change },
  }));
}

/** Agents stop and start pods; those of broken images never become ready. */
export function agentsAct(world: World, broken: readonly string[] = []): World {
  return podsOf(stopped(world))
    .filter((pod) => isActive(pod) && !isReady(pod))
    .filter((pod) => !broken.includes(pod.spec.containers[0]?.image ?? ''))
    .reduce((next, pod) => running(next, pod, true), stopped(world));
}

/** Runs of these analyses that are under way end so; all when none is named. */
export function withRunsEnded(
  world: World,
  phase: 'Successful' | 'Failed' | 'Inconclusive',
  name = '',
): World {
  return runsIn(world)
    .filter((run) => !isEnded(run) && run.metadata.name?.endsWith(name) === true)
    .reduce(
      (next, run) =>
        withChange(
          next,
          analysisRunKind,
          keyOf(run),
          (current) => ({ ...current, status: { phase, message: 'as the test says' } }),
          'status',
        ),
      world,
    );
}

/** Controllers and agents in turn until all is still. Runs that are told to end do. */
export function settled(start: World, broken: readonly string[] = [], witness?: Witness): World {
  let world = start;
  const options = witness === undefined ? {} : { witness };
  for (let round = 0; round < 40; round += 1) {
    const acted = agentsAct(settleAll(controllers, world, options).world, broken);
    world = settleAll(controllers, acted, options).world;
    if (agentsAct(world, broken).revision === world.revision) return world;
  }
  throw new Error('the Experiment does not come to rest');
}

/** Time passes, and all that it brings about happens. */
export function settledAfter(world: World, seconds: number, broken: readonly string[] = []): World {
  return settled(later(world, seconds * 1000), broken);
}
