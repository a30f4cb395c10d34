// The AnalysisRuns of an Experiment: named after it and the analysis, so that making one twice makes one. Pure.
import { newAnalysisRun } from '@gantry/api/analysis/new-run';
import { isEnded } from '@gantry/api/analysis/run-phase';
import { AVAILABLE_AT, FINISHED_AT, hashReference, withReferences } from '@gantry/api/experiment/references';
import { analysisRunKind, type AnalysisRun } from '@gantry/api/kinds/analysis-run';
import { experimentKind } from '@gantry/api/kinds/experiment';
import type { ExperimentAnalysis } from '@gantry/api/kinds/experiment/spec';
import { controllerReference } from '@gantry/api/owner-references';
import { EXPERIMENT_NAME, HASH_LABEL } from '@gantry/api/rollout/marks';
import { runTime } from '../../analysis/assess.ts';
import type { Action } from '../../engine/controller.ts';
import type { ObservedExperiment } from './observe.ts';
import type { Standing } from './standing.ts';

/** How an analysis stands. */
export type AnalysisState = { analysis: ExperimentAnalysis; name: string } & (
  | { type: 'waiting' }
  | { type: 'impossible'; problems: readonly string[] }
  | { type: 'starting'; action: Action }
  | { type: 'running'; run: AnalysisRun; message: string }
  | { type: 'ended'; run: AnalysisRun; verdict: EndPhase; message: string }
);
export type EndPhase = 'Successful' | 'Failed' | 'Error' | 'Inconclusive';

/** `<experiment>-<analysis>`. */
export function runName(experiment = '', analysis: string): string {
  return `${experiment}-${analysis}`;
}

/** When the Experiment began to count, and when its duration is over. */
export interface Span {
  availableAtMs: number | undefined;
  finishedAtMs: number | undefined;
}

/** All analyses; one without a run is to be begun once all templates are available, unless it is over. */
export function analysisStates(
  observed: ObservedExperiment,
  standings: readonly Standing[],
  span: Span,
): AnalysisState[] {
  const { experiment, runs } = observed;
  return (experiment.spec.analyses ?? []).map((analysis) => {
    const name = runName(experiment.metadata.name, analysis.name);
    const run = runs.find(({ metadata }) => metadata.name === name);
    if (run !== undefined) return { analysis, name, ...runState(run) };
    if (span.availableAtMs === undefined) return { analysis, name, type: 'waiting' };
    if (observed.takenNames.has(`${analysisRunKind.kind} ${name}`)) {
      const problems = [`AnalysisRun ${name} is there already and belongs to somebody else`];
      return { analysis, name, type: 'impossible', problems };
    }
    return { analysis, name, ...beginning(observed, standings, span, analysis, name) };
  });
}

function runState(run: AnalysisRun) {
  const { phase, message = '' } = run.status ?? {};
  return isEnded(run)
    ? ({ type: 'ended', run, verdict: phase as EndPhase, message } as const)
    : ({ type: 'running', run, message } as const);
}

function beginning(
  { experiment, templatesOf }: ObservedExperiment,
  standings: readonly Standing[],
  span: Span,
  analysis: ExperimentAnalysis,
  name: string,
): { type: 'impossible'; problems: readonly string[] } | { type: 'starting'; action: Action } {
  const found = templatesOf.get(analysis.name);
  if (found === undefined || 'problems' in found)
    return { type: 'impossible', problems: found?.problems ?? [] };
  const { metadata, spec } = experiment;
  const hash = metadata.labels?.[HASH_LABEL];
  const values = valuesOf(standings, span);
  const made = newAnalysisRun({
    name,
    namespace: metadata.namespace ?? '',
    labels: hash === undefined ? {} : { [HASH_LABEL]: hash },
    annotations: { [EXPERIMENT_NAME]: metadata.name ?? '' },
    ownerReference: controllerReference(experimentKind, experiment),
    templates: found.templates,
    args: (analysis.args ?? []).map(({ name: arg, value, valueFrom }) =>
      valueFrom?.fieldRef === undefined
        ? { name: arg, value: withReferences(value ?? '', values) }
        : { name: arg, valueFrom: { fieldRef: valueFrom.fieldRef } },
    ),
    fieldsOf: experiment,
    ...(spec.dryRun === undefined ? {} : { dryRun: spec.dryRun }),
    ...(spec.measurementRetention === undefined ? {} : { measurementRetention: spec.measurementRetention }),
  });
  if ('problems' in made) return { type: 'impossible', problems: made.problems };
  return {
    type: 'starting',
    action: { type: 'create', definition: analysisRunKind, object: made.run },
  };
}

function valuesOf(
  standings: readonly Standing[],
  { availableAtMs, finishedAtMs }: Span,
): ReadonlyMap<string, string> {
  const times = [
    [AVAILABLE_AT, availableAtMs],
    [FINISHED_AT, finishedAtMs],
  ] as const;
  return new Map([
    ...standings.map(({ template, hash }) => [hashReference(template.name), hash] as const),
    ...times.flatMap(([key, ms]) => (ms === undefined ? [] : [[key, runTime(ms)] as const])),
  ]);
}
