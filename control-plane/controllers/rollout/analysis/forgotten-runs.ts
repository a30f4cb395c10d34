// Which finished runs of a Rollout go: those beyond what is kept, the oldest first. Pure.
import { isEnded } from '@gantry/api/analysis/run-phase';
import { analysisRunKind, type AnalysisRun } from '@gantry/api/kinds/analysis-run';
import type { RolloutSpec } from '@gantry/api/kinds/rollout';
import type { AnyObject } from '@gantry/api/meta';
import type { Action } from '../../../engine/controller.ts';
import { byAge, isDeleting } from '../../pod-condition.ts';

const KEPT = 5;
/** Deleted in one pass; the rest in the next. */
const FORGOTTEN_MAX = 50;

/** @param inUse names of the runs that the update rests on. */
export function forgottenRuns(
  spec: RolloutSpec,
  runs: readonly AnalysisRun[],
  inUse: ReadonlySet<string>,
): Action[] {
  const ended = runs.filter((run) => isEnded(run) && !isDeleting(run) && !inUse.has(run.metadata.name ?? ''));
  return beyondKept(spec, ended).map(({ metadata: { namespace = '', name = '', uid = '' } }) => ({
    type: 'delete',
    ref: { definition: analysisRunKind, namespace, name, uid },
    reason: 'beyond the limit of finished runs',
  }));
}

/** Of AnalysisRuns or Experiments that have ended those that are not kept. */
export function beyondKept<T extends AnyObject & { status?: { phase?: string } }>(
  { analysis }: RolloutSpec,
  given: readonly T[],
): T[] {
  const { successfulRunHistoryLimit = KEPT, unsuccessfulRunHistoryLimit = KEPT } = analysis ?? {};
  const ended = given.toSorted(byAge);
  const good = ended.filter(({ status }) => status?.phase === 'Successful');
  const bad = ended.filter(({ status }) => status?.phase !== 'Successful');
  return [
    ...good.slice(0, Math.max(0, good.length - successfulRunHistoryLimit)),
    ...bad.slice(0, Math.max(0, bad.length - unsuccessfulRunHistoryLimit)),
  ].slice(0, FORGOTTEN_MAX);
}
