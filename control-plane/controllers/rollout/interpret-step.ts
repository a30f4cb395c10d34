// One step of a canary: done, or what it does and waits for. One function a kind of step. Pure.
import type { CanaryStep, StepField } from '@gantry/api/kinds/rollout/steps';
import { pauseMs } from '@gantry/api/kinds/rollout/pause-duration';
import { askedAt, podsAsked } from '@gantry/api/rollout/asked';
import isEqual from 'fast-deep-equal';
import { countedPods, newPods } from '@gantry/api/rollout/pods';
import { hasPods } from './capacity.ts';
import { again, because, goingOn, paused, wasLetGo, type Decision } from './decision.ts';
import { experimentStep } from './experiment/experiment-step.ts';
import { sum } from './fleet.ts';
import { flagStep, gateReason } from './flag-steps.ts';
import { routeRules } from './route-rules.ts';
import type { Scene } from './scene.ts';
import { effectiveWeight, stepsOf } from '@gantry/api/rollout/settings';
import { timeMs, timeText } from '@gantry/kit/time-text';
import { judged, type Judged } from './verdict.ts';

type Interpreter = (scene: Scene, decision: Decision, step: CanaryStep, index: number) => Judged;

const wait = (decision: Decision): Judged => ({ decision, goesOn: false });
const done = (decision: Decision): Judged => ({ decision, goesOn: true });

const INTERPRETERS: Readonly<Record<StepField, Interpreter>> = {
  setWeight: (scene, decision, _step, index) =>
    hasArrived(scene, decision, index) ? done(decision) : wait(decision),
  setCanaryScale: (scene, decision, _step, index) =>
    hasSize(scene, decision, index) ? done(decision) : wait(decision),
  setHeaderRoute: (scene, decision, _step, index) =>
    hasRoutes(scene, index) ? done(decision) : wait(decision),
  setMirrorRoute: (scene, decision, _step, index) =>
    hasRoutes(scene, index) ? done(decision) : wait(decision),
  pause,
  analysis: (scene, decision, { analysis }, index) =>
    analysis === undefined ? done(decision) : judged(scene, decision, 'Step', analysis, index),
  experiment: experimentStep,
  gate,
  setFlag,
};

/** Interprets the step at an index. */
export function interpretStep(scene: Scene, decision: Decision, index: number): Judged {
  const step = stepsOf(scene.rollout.spec)[index];
  if (step === undefined) return done(decision);
  const field = (Object.keys(INTERPRETERS) as StepField[]).find((name) => step[name] !== undefined);
  return field === undefined ? done(decision) : INTERPRETERS[field](scene, decision, step, index);
}

function pause(scene: Scene, decision: Decision, { pause: asked }: CanaryStep, index: number): Judged {
  const key = `CanaryPauseStep/${index}`;
  if (wasLetGo(scene, key)) return done(goingOn(decision));
  const next = paused(decision, 'CanaryPauseStep', key, scene.nowMs);
  const durationMs = asked?.duration === undefined ? undefined : pauseMs(asked.duration);
  if (durationMs === undefined) return wait(because(next, { type: 'pausing', until: undefined }));
  const start = next.pauses.find(({ reason }) => reason === 'CanaryPauseStep')?.startTime;
  const untilMs = (timeMs(start) ?? scene.nowMs) + durationMs;
  if (untilMs <= scene.nowMs) return done(goingOn(next));
  return wait(again(because(next, { type: 'pausing', until: timeText(untilMs) }), untilMs - scene.nowMs));
}

function gate(scene: Scene, decision: Decision, { gate: asked }: CanaryStep): Judged {
  const reason = asked === undefined ? undefined : gateReason(scene, asked);
  return reason === undefined ? done(decision) : wait(because(decision, reason));
}

/** Noted first, changed in a later pass: what the flag was is never lost. */
function setFlag(scene: Scene, decision: Decision, { setFlag: asked }: CanaryStep): Judged {
  if (asked === undefined) return done(decision);
  const next = flagStep(scene, decision, asked);
  switch (next.type) {
    case 'done':
      return done(decision);
    case 'unknown':
      return wait(because(decision, { type: 'flag-unknown', flag: asked.flag, problem: next.problem }));
    case 'note':
      return wait({ ...decision, flagsBefore: [...decision.flagsBefore, next.before] });
    case 'change':
      return wait({ ...decision, actions: [...decision.actions, next.action] });
  }
}

/** The new version has its pods and its share, and the proxies of all live nodes say so. */
function hasArrived(scene: Scene, decision: Decision, index: number): boolean {
  const { lane, fleet, rollout } = scene;
  const { weight: asked } = askedAt(stepsOf(rollout.spec), index);
  if (lane === undefined) {
    const { canary, stable } = countedPods(rollout.spec, asked);
    const old = fleet.all.filter((member) => member !== fleet.current);
    return hasPods(fleet, canary) && sum(old, ({ size, active }) => Math.max(size, active)) <= stable;
  }
  const weight = effectiveWeight(rollout.spec, asked);
  if (weight > 0 && lane.side.hash !== fleet.hash) return false;
  return lane.weight === weight && lane.isConfirmed && hasSize(scene, decision, index);
}

function hasSize(scene: Scene, decision: Decision, index: number): boolean {
  const asked = askedAt(stepsOf(scene.rollout.spec), index);
  const { fleet } = scene;
  const pods = podsAsked(asked.scale, fleet.replicas);
  const needed = newPods(
    scene.rollout.spec,
    { routes: asked.routes, mirrors: asked.mirrors, ...(pods === undefined ? {} : { pods }) },
    effectiveWeight(scene.rollout.spec, asked.weight),
  );
  return decision.abort === undefined && hasPods(fleet, needed);
}

/** The split has just the routes that are asked for, and the proxies of all live nodes say so. */
function hasRoutes({ lane, rollout, fleet, observed: { traffic } }: Scene, index: number): boolean {
  if (lane === undefined || traffic?.side === undefined) return true;
  const wanted = routeRules(askedAt(stepsOf(rollout.spec), index), traffic.main.name, traffic.side.name);
  if (!lane.isConfirmed || !isEqual(lane.routes, wanted)) return false;
  return wanted.length === 0 || lane.side.hash === fleet.hash;
}
