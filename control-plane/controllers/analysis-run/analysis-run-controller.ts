// The AnalysisRun controller: begins runs, runs the Jobs of their metrics, ends and deletes them.
import { isEnded } from '@gantry/api/analysis/run-phase';
import { analysisRunKind, type AnalysisRun } from '@gantry/api/kinds/analysis-run';
import { jobKind } from '@gantry/api/kinds/job';
import type { AnyObject } from '@gantry/api/meta';
import type { Controller } from '../../engine/controller.ts';
import { ownedTrigger, ownTrigger } from '../../engine/triggers.ts';
import { observe, type Observed } from './observe.ts';
import { plan } from './plan.ts';
import { describeAnalysisRunReason, type AnalysisRunReason } from './reasons.ts';

/** Makes the controller. */
export function analysisRunController(): Controller<Observed> {
  return {
    name: 'analysis-run',
    definition: analysisRunKind,
    triggers: [
      { ...ownTrigger(analysisRunKind), ignores: concernsNobody },
      ownedTrigger(jobKind, analysisRunKind),
    ],
    observe,
    plan,
    primary: ({ run }) => run,
    describe: (reason) => describeAnalysisRunReason(reason as AnalysisRunReason),
  };
}

/** A run that had ended and has no date to go by: labels may change, its verdict does not. */
function concernsNobody(object: AnyObject, previous: AnyObject): boolean {
  const [after, before] = [object as AnalysisRun, previous as AnalysisRun];
  return isEnded(after) && isEnded(before) && after.spec.ttlStrategy === undefined;
}
