// Where an update stands, read from the status: nothing of it lives in memory. A changed template or changed steps begin
// anew; what people write into the status (abort, promote, retry) is taken as it stands. Pure.
import type { Rollout, RolloutStatus } from '@gantry/api/kinds/rollout';
import { contentHash } from '../content-hash.ts';
import type { Fleet } from './fleet.ts';
import { stepsOf } from '@gantry/api/rollout/settings';

type Pause = NonNullable<RolloutStatus['pauseConditions']>[number];

/** A position in an update. */
export interface Course {
  /** The step under way; the number of steps when all are done. */
  stepIndex: number;
  stepCount: number;
  stepHash: string;
  /** The current version is the stable one, or the first: nothing is to be done step by step. */
  isSettled: boolean;
  isAborted: boolean;
  abortedAt: string | undefined;
  abortedBy: string | undefined;
  abortMessage: string | undefined;
  /** Steps, pauses and analyses are passed over. */
  isPromotedFully: boolean;
  pauses: readonly Pause[];
  /** What the controller has paused for; with no pause left, somebody has let it go on. */
  pausedFor: string | undefined;
  /** Counts how often the update has been begun anew. */
  attempt: number;
  passedOver: readonly string[];
  /** The status of the update before counts no more: runs and marks in it belong to another version. */
  isNew: boolean;
}

/** Reads the position. */
export function courseOf(rollout: Rollout, fleet: Fleet, members: readonly Rollout[] = []): Course {
  const status = withoutLiftedAbort(rollout.status ?? {}, members);
  const steps = stepsOf(rollout.spec);
  const stepHash = contentHash(steps);
  const isSettled = fleet.stableHash === '' || fleet.stableHash === fleet.hash;
  const isOther = status.currentPodHash !== fleet.hash;
  const isNew = isOther || status.currentStepHash !== stepHash;
  const isRetried = status.abort !== true && status.abortedAt !== undefined;
  const attempt = isOther ? 0 : (status.attempt ?? 0) + (isRetried || isNew ? 1 : 0);
  const common = { stepCount: steps.length, stepHash, isSettled, isNew, attempt };
  if (isSettled) return { ...common, ...FRESH, attempt: 0, stepIndex: steps.length };
  if (isNew) {
    const isBack = isOther && isWithinWindow(rollout, fleet);
    // Blue and green have no steps to pass over: pauses and analyses are, as if somebody had promoted it fully.
    const isPromotedFully = isBack && rollout.spec.strategy.blueGreen !== undefined;
    return { ...common, ...FRESH, isPromotedFully, stepIndex: isBack ? steps.length : 0 };
  }
  return { ...common, ...underWay(status, steps.length) };
}

function underWay(
  status: RolloutStatus,
  stepCount: number,
): Omit<Course, 'stepCount' | 'stepHash' | 'isSettled' | 'isNew' | 'attempt'> {
  const passedOver = status.passedOverRuns ?? [];
  if (status.abort === true) {
    const { abortedAt, abortedBy, abortMessage } = status;
    return { ...FRESH, stepIndex: 0, isAborted: true, abortedAt, abortedBy, abortMessage, passedOver };
  }
  return {
    ...FRESH,
    stepIndex: Math.max(0, Math.min(stepCount, status.currentStepIndex ?? 0)),
    isPromotedFully: status.promoteFull === true,
    pauses: status.pauseConditions ?? [],
    pausedFor: status.controllerPause === true ? status.pausedFor : undefined,
    passedOver,
  };
}

/** An abort that followed another one ends with it; any ends by a full promotion that is asked for later. */
function withoutLiftedAbort(status: RolloutStatus, members: readonly Rollout[]): RolloutStatus {
  if (status.abort !== true) return status;
  // The status of an abort that was seen has no promoteFull: somebody has written it since.
  if (status.promoteFull === true && status.abortedAt !== undefined) return { ...status, abort: false };
  if (status.abortedBy === undefined) return status;
  const root = members.find(({ metadata }) => metadata.name === status.abortedBy);
  return root?.status?.abort === true ? status : { ...status, abort: false };
}

const FRESH = {
  isAborted: false,
  abortedAt: undefined,
  abortedBy: undefined,
  abortMessage: undefined,
  isPromotedFully: false,
  pauses: [],
  pausedFor: undefined,
  passedOver: [],
} satisfies Partial<Course>;

/** Whether the current template is that of one of the latest versions, to which one goes back without steps. */
function isWithinWindow({ spec }: Rollout, { current, stable, all }: Fleet): boolean {
  const revisions = spec.rollbackWindow?.revisions;
  if (revisions === undefined || current === undefined || stable === undefined) return false;
  if (current.revision >= stable.revision) return false;
  const between = all.filter(({ revision }) => revision > current.revision && revision < stable.revision);
  return between.length < revisions;
}
