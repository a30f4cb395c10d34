// How far blue and green are: the new version is made whole, looked at, switched to, looked at again. Pure.
import { hasPods } from './capacity.ts';
import { again, because, goingOn, paused, undecided, wasLetGo, type Decision } from './decision.ts';
import { promotionDelayOf } from '@gantry/api/rollout/settings';
import { timeMs, timeText } from '@gantry/kit/time-text';
import type { Scene } from './scene.ts';
import { judged, type Judged } from './verdict.ts';

const PAUSE_KEY = 'BlueGreenPause';

/** Goes as far as it can. */
export function advanceBlueGreen(scene: Scene, start: Decision = undecided(scene)): Decision {
  if (start.abort !== undefined) return start;
  return hasSwitched(scene) ? afterSwitch(scene, start) : beforeSwitch(scene, start);
}

/** The new version has the traffic, or some proxies believe so. */
export function hasSwitched({ lane, alone, fleet }: Scene): boolean {
  if (lane !== undefined) return lane.weight === 100 && lane.side.hash === fleet.hash;
  return alone?.hash === fleet.hash;
}

function beforeSwitch(scene: Scene, start: Decision): Decision {
  const { fleet, rollout, course } = scene;
  const { previewReplicaCount = fleet.replicas } = rollout.spec.strategy.blueGreen ?? {};
  const isFullSize = course.isPromotedFully || rollout.status?.blueGreen?.scaleUpPreviewCheckPoint === true;
  const before = { ...start, isFullSize: isFullSize && !course.isNew };
  if (!hasPods(fleet, before.isFullSize ? fleet.replicas : previewReplicaCount)) return before;
  if (rollout.spec.paused === true) return because(before, { type: 'paused' });
  if (before.isFullSize) return switching(scene, before);
  const { decision, goesOn } = looked(scene, before);
  if (!goesOn) return decision;
  return switching(scene, { ...goingOn(decision), isFullSize: true });
}

/** The analysis, then people or time, as far as they are asked for. */
function looked(scene: Scene, before: Decision): Judged {
  const { blueGreen } = scene.rollout.spec.strategy;
  const { prePromotionAnalysis } = blueGreen ?? {};
  const analysed: Judged =
    prePromotionAnalysis === undefined
      ? { decision: before, goesOn: true }
      : judged(scene, before, 'PrePromotion', prePromotionAnalysis);
  const delaySeconds = promotionDelayOf(blueGreen);
  if (!analysed.goesOn || delaySeconds === 0) return analysed;
  return waited(scene, analysed.decision, delaySeconds);
}

function waited(scene: Scene, before: Decision, delaySeconds: number | undefined): Judged {
  if (wasLetGo(scene, PAUSE_KEY)) return { decision: goingOn(before), goesOn: true };
  const decision = paused(before, 'BlueGreenPause', PAUSE_KEY, scene.nowMs);
  if (delaySeconds === undefined) {
    const why = 'the new version is ready, and autoPromotionEnabled is false';
    return { decision: because(decision, { type: 'waiting-for-promotion', why }), goesOn: false };
  }
  const start = decision.pauses.find(({ reason }) => reason === 'BlueGreenPause')?.startTime;
  const untilMs = (timeMs(start) ?? scene.nowMs) + delaySeconds * 1000;
  if (untilMs <= scene.nowMs) return { decision: goingOn(decision), goesOn: true };
  const waiting = because(decision, { type: 'promoting-later', at: timeText(untilMs) });
  return { decision: again(waiting, untilMs - scene.nowMs), goesOn: false };
}

/** All traffic moves once the new version has its full size. */
function switching({ fleet }: Scene, decision: Decision): Decision {
  const isReady = hasPods(fleet, fleet.replicas);
  return { ...decision, weight: isReady ? 100 : 0, isTakingOver: isReady };
}

function afterSwitch(scene: Scene, start: Decision): Decision {
  const { rollout, lane, alone, course } = scene;
  const before = { ...start, weight: 100, isTakingOver: true, isFullSize: true };
  if (lane?.isConfirmed === false || alone?.isInStep === false) return before;
  const { postPromotionAnalysis } = rollout.spec.strategy.blueGreen ?? {};
  if (postPromotionAnalysis === undefined || course.isPromotedFully) return { ...before, promotes: true };
  const { decision, goesOn } = judged(scene, before, 'PostPromotion', postPromotionAnalysis);
  if (decision.abort !== undefined) return { ...decision, weight: 0, isTakingOver: false };
  return { ...decision, promotes: goesOn };
}
