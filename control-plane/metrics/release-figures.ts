// Figures about releases: Rollouts, Deployments and AnalysisRuns.
import { analysisRunKind, type AnalysisRun } from '@gantry/api/kinds/analysis-run';
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import { tally, type FigureRow, type ObjectFigure } from './object-figure.ts';

const OF_ONE = ['namespace', 'name'] as const;
const PERCENT = 100;

/** Rollouts, Deployments, AnalysisRuns. */
export const RELEASE_FIGURES: readonly ObjectFigure[] = [
  {
    name: 'rollout_info',
    help: 'Always 1: the phase that a Rollout is in (Healthy, Progressing, Paused, Degraded), its strategy, and whether its update is aborted.',
    labels: [...OF_ONE, 'phase', 'strategy', 'aborted'],
    rows: (cache) =>
      cache.list<Rollout>(rolloutKind).map((rollout): FigureRow => [
        {
          ...nameOf(rollout),
          phase: rollout.status?.phase ?? '',
          strategy: rollout.spec.strategy.blueGreen === undefined ? 'canary' : 'blueGreen',
          aborted: String(rollout.status?.abort === true),
        },
        1,
      ]),
  },
  ofRollouts('replicas_desired', 'Pods that a Rollout is to have.', ({ spec }) => spec.replicas ?? 1),
  ofRollouts('replicas_updated', 'Pods of the current template.', ({ status }) => status?.updatedReplicas),
  ofRollouts(
    'replicas_available',
    'Pods that have been ready for minReadySeconds.',
    ({ status }) => status?.availableReplicas,
  ),
  ofRollouts(
    'step',
    'The step that is under way, counted from 0; the number of steps when all are done.',
    ({ status }) => status?.currentStepIndex,
  ),
  ofRollouts('weight_asked_ratio', 'The share of the traffic that the steps ask for.', ({ status }) => {
    const { asked, canary } = status?.canary?.weights ?? {};
    return ratioOf(asked ?? canary?.weight);
  }),
  ofRollouts(
    'weight_set_ratio',
    'The share of the traffic that the proxies have been told to give to the new version.',
    ({ status }) => ratioOf(status?.canary?.weights?.canary.weight),
  ),
  ofRollouts(
    'weight_confirmed',
    'Whether the proxies of all live nodes have confirmed the share.',
    ({ status: { canary } = {} }) =>
      canary?.weights === undefined ? undefined : Number(canary.weights.verified === true),
  ),
  ofDeployments('replicas_desired', 'Pods that a Deployment is to have.', ({ spec }) => spec.replicas ?? 1),
  ofDeployments(
    'replicas_updated',
    'Pods of the current template.',
    ({ status }) => status?.updatedReplicas ?? 0,
  ),
  ofDeployments(
    'replicas_available',
    'Pods that have been ready for minReadySeconds.',
    ({ status }) => status?.availableReplicas ?? 0,
  ),
  {
    name: 'analysis_runs',
    help: 'AnalysisRuns that are kept, by phase (Pending, Running, Successful, Failed, Error, Inconclusive).',
    labels: ['namespace', 'phase'],
    rows: (cache) =>
      tally(
        cache.list<AnalysisRun>(analysisRunKind).map(({ metadata: { namespace = '' }, status }) => ({
          namespace,
          phase: status?.phase ?? 'Pending',
        })),
      ),
  },
  {
    name: 'analysis_run_measurement_errors',
    help: 'Measurements that ended in errors, of the AnalysisRuns of a namespace that are under way.',
    labels: ['namespace'],
    rows(cache) {
      const errors = new Map<string, number>();
      for (const {
        metadata: { namespace = '' },
        status,
      } of cache.list<AnalysisRun>(analysisRunKind)) {
        if (status?.phase !== 'Running') continue;
        const sum = (status.metricResults ?? []).reduce((all, { error = 0 }) => all + error, 0);
        errors.set(namespace, (errors.get(namespace) ?? 0) + sum);
      }
      return [...errors].map(([namespace, sum]): FigureRow => [{ namespace }, sum]);
    },
  },
];

function ofRollouts(
  name: string,
  help: string,
  valueOf: (rollout: Rollout) => number | undefined,
): ObjectFigure {
  return {
    ...{ name: `rollout_${name}`, help, labels: OF_ONE },
    rows: (cache) => valuesOf(cache.list<Rollout>(rolloutKind), valueOf),
  };
}

function ofDeployments(name: string, help: string, valueOf: (one: Deployment) => number): ObjectFigure {
  return {
    ...{ name: `deployment_${name}`, help, labels: OF_ONE },
    rows: (cache) => valuesOf(cache.list<Deployment>(deploymentKind), valueOf),
  };
}

/** What has no value yet has no row. */
function valuesOf<T extends Named>(
  objects: readonly T[],
  valueOf: (one: T) => number | undefined,
): FigureRow[] {
  return objects.flatMap((object): FigureRow[] => {
    const value = valueOf(object);
    return value === undefined ? [] : [[nameOf(object), value]];
  });
}

interface Named {
  metadata: { namespace?: string; name?: string };
}

function nameOf({ metadata: { namespace = '', name = '' } }: Named): { namespace: string; name: string } {
  return { namespace, name };
}

function ratioOf(percent: number | undefined): number | undefined {
  return percent === undefined ? undefined : percent / PERCENT;
}
