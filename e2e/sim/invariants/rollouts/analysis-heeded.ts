// What an analysis has found counts: no step is passed that did not succeed, and a failure takes the update back.
import type { AnalysisRun } from '@gantry/api/kinds/analysis-run';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { AnyObject } from '@gantry/api/meta';
import { HASH_LABEL, STEP_INDEX } from '@gantry/api/rollout/marks';
import { firstBroken } from '../each-write.ts';
import { nameOf, ownerUidOf, titleOf, uidOf } from '../object-reading.ts';
import { createQuietTimer } from '../settled.ts';
import type { Invariant, WorldView, WriteRecord } from '../world-view.ts';
import { isUnderWay, placedRollouts, stepsIn } from './update-course.ts';

/** People may pass over what did not succeed, once the update waits for them; a full promotion passes over all. */
export function createAnalysisHeeded(): Invariant {
  /** Runs that succeeded, by owner, version and step. */
  const succeeded = new Set<string>();
  const isTime = createQuietTimer();

  function judge({ before, after }: WriteRecord): string | undefined {
    if (after?.kind === 'AnalysisRun' && (after as AnalysisRun).status?.phase === 'Successful')
      succeeded.add(stepOfRun(after));
    if (before?.kind !== 'Rollout' || after === undefined) return undefined;
    const [was, is] = [before as Rollout, after as Rollout];
    const found = wrongPassing(was, is) ?? wrongAdvance(was, is);
    return found === undefined ? undefined : `${titleOf(after)} ${found}`;
  }

  /** Steps that this write goes past. */
  function wrongAdvance(was: Rollout, is: Rollout): string | undefined {
    if (!isUnderWay(was) || was.status?.promoteFull === true || !isOneUpdate(was, is)) return undefined;
    const [from, to] = [placeOf(was), placeOf(is)];
    if (isPassedOver(was, from.run) || isPassedOver(is, from.run) || isWaitingFor(was, from.run))
      return undefined;
    for (let index = from.index; index < to.index; index += 1) {
      const isAnalysis = stepsIn(was)[index]?.analysis !== undefined;
      if (isAnalysis && !succeeded.has(`${uidOf(is)}/${to.hash}/${index}`))
        return `went past step ${index}, whose analysis ${from.run} has not succeeded`;
    }
    return undefined;
  }

  return {
    name: 'analysis-heeded',
    sentence:
      'No update goes past an analysis that has not succeeded unless people let it; one whose analysis failed is taken back.',
    check(view) {
      const broken = firstBroken(view, judge);
      return broken ?? (isTime(view) ? unheeded(view) : undefined);
    },
  };
}

/** What is newly passed over was waited for, and people have ended the wait. */
function wrongPassing(was: Rollout, is: Rollout): string | undefined {
  const known = was.status?.passedOverRuns ?? [];
  const name = (is.status?.passedOverRuns ?? []).find((one) => !known.includes(one));
  if (name === undefined || isWaitingFor(was, name)) return undefined;
  return `passed over ${name}, and nobody was asked`;
}

/** The step, the run that it waits for, and the version. */
function placeOf({ status = {} }: Rollout): { index: number; run: string; hash: string } {
  const { currentStepIndex: index = 0, currentPodHash: hash = '' } = status;
  return { index, hash, run: status.canary?.currentStepAnalysisRunStatus?.name ?? '' };
}

function isOneUpdate({ status: was = {} }: Rollout, { status: is = {} }: Rollout): boolean {
  return was.currentPodHash === is.currentPodHash && was.currentStepHash === is.currentStepHash;
}

function isPassedOver({ status = {} }: Rollout, run: string): boolean {
  return status.passedOverRuns?.includes(run) === true;
}

function isWaitingFor({ status = {} }: Rollout, name: string): boolean {
  return (
    name !== '' &&
    status.pausedFor?.endsWith(`/${name}`) === true &&
    (status.pauseConditions ?? []).length === 0
  );
}

function stepOfRun(run: AnyObject): string {
  const { labels = {} } = run.metadata;
  return `${ownerUidOf(run) ?? ''}/${labels[HASH_LABEL] ?? ''}/${labels[STEP_INDEX] ?? ''}`;
}

/** An update under way whose analysis failed, though nobody wants it held then. */
function unheeded(view: WorldView): string | undefined {
  for (const rollout of placedRollouts(view)) {
    const { status = {}, spec } = rollout;
    const { canary } = spec.strategy;
    if (canary === undefined || canary.onFailure === 'hold' || status.promoteFull === true) continue;
    if (!isUnderWay(rollout)) continue;
    const { currentStepAnalysisRunStatus: ofStep, currentBackgroundAnalysisRunStatus: beside } =
      status.canary ?? {};
    for (const run of view.objects('AnalysisRun').values()) {
      const isOwn = ownerUidOf(run) === uidOf(rollout) && [ofStep?.name, beside?.name].includes(nameOf(run));
      const { phase } = (run as AnalysisRun).status ?? {};
      if (isOwn && !isPassedOver(rollout, nameOf(run)) && (phase === 'Failed' || phase === 'Error'))
        return `${titleOf(rollout)} goes on, though ${nameOf(run)} has ended as ${phase}`;
    }
  }
  return undefined;
}
