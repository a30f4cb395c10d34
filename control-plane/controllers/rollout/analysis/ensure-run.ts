// The run of one analysis of an update: named after the version, the place and the attempt, so that making it twice makes
// one, and an update that is tried again begins with new runs. Pure.
import { newAnalysisRun } from '@gantry/api/analysis/new-run';
import { isEnded } from '@gantry/api/analysis/run-phase';
import { analysisRunKind, type AnalysisRun } from '@gantry/api/kinds/analysis-run';
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import type { AnalysisRunArgument, RolloutAnalysis } from '@gantry/api/kinds/rollout/analysis-ref';
import { controllerReference } from '@gantry/api/owner-references';
import type { Action } from '../../../engine/controller.ts';
import { HASH_LABEL, RUN_TYPE, STEP_INDEX } from '@gantry/api/rollout/marks';
import { ownRevision } from '../version.ts';
import type { Fleet } from '../fleet.ts';
import type { ObservedAnalysis } from './observe.ts';

/** What an analysis is for, in the words of Argo Rollouts' label. */
export type RunType = 'Step' | 'Background' | 'PrePromotion' | 'PostPromotion';

/** How an analysis stands. */
export type RunState =
  | { type: 'impossible'; problems: readonly string[] }
  | { type: 'running'; run: AnalysisRun; message: string }
  | { type: 'starting'; name: string; action: Action }
  | {
      type: 'ended';
      run: AnalysisRun;
      verdict: 'Successful' | 'Failed' | 'Error' | 'Inconclusive';
      message: string;
    };

export interface RunInputs {
  rollout: Rollout;
  fleet: Fleet;
  analysis: ObservedAnalysis;
  /** Each attempt has runs of its own. */
  attempt: number;
}

/** Looks for the run; says how to make it when there is none. */
export function ensureRun(
  { rollout, fleet, analysis, attempt }: RunInputs,
  type: RunType,
  asked: RolloutAnalysis,
  stepIndex?: number,
): RunState {
  const name = runName(rollout, fleet, type, stepIndex, attempt);
  const run = analysis.runs.find(({ metadata }) => metadata.name === name);
  if (run !== undefined) return stateOf(run);
  const found = analysis.templatesOf.get(asked);
  if (found === undefined || 'problems' in found)
    return { type: 'impossible', problems: found?.problems ?? [] };
  const labels = {
    [RUN_TYPE]: type,
    [HASH_LABEL]: fleet.hash,
    ...(stepIndex === undefined ? {} : { [STEP_INDEX]: String(stepIndex) }),
  };
  const made = newAnalysisRun({
    ...{ name, labels, templates: found.templates },
    namespace: rollout.metadata.namespace ?? '',
    ownerReference: controllerReference(rolloutKind, rollout),
    args: (asked.args ?? []).map((arg) => resolved(arg, fleet)),
    fieldsOf: rollout,
    ...(asked.dryRun === undefined ? {} : { dryRun: asked.dryRun }),
    ...(asked.measurementRetention === undefined ? {} : { measurementRetention: asked.measurementRetention }),
    ...(asked.analysisRunMetadata === undefined ? {} : { metadata: asked.analysisRunMetadata }),
  });
  if ('problems' in made) return { type: 'impossible', problems: made.problems };
  return {
    type: 'starting',
    name,
    action: { type: 'create', definition: analysisRunKind, object: made.run },
  };
}

/** Ends a run that nobody waits for any more. */
export function terminated(run: AnalysisRun): Action[] {
  if (isEnded(run) || run.spec.terminate === true) return [];
  return [
    {
      type: 'update',
      definition: analysisRunKind,
      object: { ...run, spec: { ...run.spec, terminate: true } },
    },
  ];
}

function runName(
  { metadata }: Rollout,
  fleet: Fleet,
  type: RunType,
  stepIndex: number | undefined,
  attempt: number,
): string {
  const revision = ownRevision(fleet);
  const place = { Step: `-${stepIndex ?? 0}`, Background: '', PrePromotion: '-pre', PostPromotion: '-post' }[
    type
  ];
  const again = attempt === 0 ? '' : `.${attempt}`;
  return `${metadata.name ?? ''}-${fleet.hash}-${revision}${place}${again}`;
}

function stateOf(run: AnalysisRun): RunState {
  const { phase, message = '' } = run.status ?? {};
  if (!isEnded(run)) return { type: 'running', run, message };
  const verdict = phase as Extract<RunState, { type: 'ended' }>['verdict'];
  return { type: 'ended', run, verdict, message };
}

function resolved(
  { name, value, valueFrom }: AnalysisRunArgument,
  { hash, stableHash }: Fleet,
): { name: string; value?: string; valueFrom?: { fieldRef: { fieldPath: string } } } {
  const version = valueFrom?.podTemplateHashValue;
  if (version !== undefined) return { name, value: version === 'Stable' ? stableHash : hash };
  if (valueFrom?.fieldRef !== undefined) return { name, valueFrom: { fieldRef: valueFrom.fieldRef } };
  return { name, value: value ?? '' };
}
