// One pass over one key: catch up with the own last write, observe, plan, check, apply. Says what should become of
// the key; the queue is not its business.
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import type { Clock } from '@gantry/kit/clock';
import type { HybridClock } from '@gantry/kit/hybrid-clock';
import { invariant } from '@gantry/kit/invariant';
import type { Logger } from '@gantry/kit/logger';
import { codeOf, messageOf } from '@gantry/kit/operational-error';
import type { Ids, Random } from '@gantry/kit/random';
import type { Cache } from '../cache/cache.ts';
import type { Resources } from '../resources/resources.ts';
import type { NotedPlan } from '../timeline/plan-record.ts';
import { applyPlan, type ApplyOutcome } from './apply.ts';
import type { Action, ActionFailure, Controller, Plan } from './controller.ts';
import type { EngineMetrics } from './engine-metrics.ts';
import type { EventRecorder } from './events.ts';
import type { Explanations } from './explanations.ts';
import { idsOf, type KeyMemory } from './key-memory.ts';
import { checkPlan } from './plan-checks.ts';
import type { Quarantine } from './quarantine.ts';
import { writeContextOf, type Fence } from './write-context.ts';

/** What controllers run with. */
export interface ControllerDeps {
  cache: Cache;
  resources: Resources;
  events: EventRecorder;
  fence: Fence;
  clock: Clock;
  random: Random;
  /** For request ids. */
  ids: Ids;
  metrics: EngineMetrics;
  logger: Logger;
  explanations?: Explanations;
  /** Is told of plans that were acted on. */
  timeline?: PlanNotes;
  /** Keys of one controller that may wait; `QUEUE_SIZE_MAX` when absent. */
  queueSizeMax?: number;
}

/** Remembers plans, in the order in which they were made. */
export interface PlanNotes {
  readonly hybrid: Pick<HybridClock, 'now'>;
  planned(noted: NotedPlan): void;
}

/** What should become of the key. */
export type PassVerdict =
  /** There is no such object, or nothing to do about it. */
  | { type: 'absent' }
  /** `wrote`: look again soon, even if no event of the write comes by. */
  | { type: 'done'; wrote: boolean; recheckAfterMs?: number }
  | { type: 'back-off'; cause: string; message: string }
  /** `message`: what it broke on, when it has just broken. */
  | { type: 'confined'; forMs: number; message?: string };

/** One controller with what it remembers. */
export interface PassRoom {
  controller: Controller;
  memory: KeyMemory;
  quarantine: Quarantine;
}

/** Works on one key once. Rejects only when the signal is aborted. */
export async function passOver(
  key: string,
  room: PassRoom,
  deps: ControllerDeps,
  signal: AbortSignal,
): Promise<PassVerdict> {
  const { controller, memory, quarantine } = room;
  try {
    await memory.caughtUp(key, deps.cache, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { type: 'back-off', cause: codeOf(error) ?? 'unknown', message: messageOf(error) };
  }
  const objectKey = parseKey(key);
  const version = versionOf(deps.cache.get(controller.definition, objectKey));
  const remainingMs = quarantine.remainingMs(key, version);
  if (remainingMs > 0) return { type: 'confined', forMs: remainingMs };
  const seed = memory.seed(key);
  let decided: Decided | undefined;
  try {
    decided = decide(controller, objectKey, deps, seed, memory.failure(key));
  } catch (error) {
    return confine(key, version, error, room, deps);
  }
  quarantine.release(key);
  if (decided === undefined) {
    memory.forget(key);
    deps.explanations?.forget(controller, key);
    return { type: 'absent' };
  }
  deps.explanations?.note(controller, key, decided.plan.reasons, deps.clock.nowMs());
  const outcome = await act(key, decided, room, deps, signal);
  memory.learn(key, outcome, seed);
  return verdictOf(outcome, decided.plan);
}

/** The object named by a queue's key. */
export function parseKey(key: string): ObjectKey {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, Math.max(0, slash)), name: key.slice(slash + 1) };
}

interface Decided {
  primary: AnyObject;
  plan: Plan;
  /** The revision that the cache had reached. */
  seen: number;
}

/** Observes and plans. Synchronous: the cache cannot move between the look and the check. */
function decide(
  controller: Controller,
  key: ObjectKey,
  deps: ControllerDeps,
  seed: number,
  failure: ActionFailure | undefined,
): Decided | undefined {
  const observed = controller.observe(deps.cache, key);
  if (observed === undefined) return undefined;
  const nowMs = deps.clock.nowMs();
  const plan = controller.plan(observed, {
    nowMs,
    ids: idsOf(seed),
    ...(failure === undefined ? {} : { failure }),
  });
  const findings = checkPlan(plan, deps.cache);
  invariant(findings.length === 0, `unsound plan: ${findings.join('; ')}`);
  return { primary: controller.primary(observed), plan, seen: deps.cache.revision };
}

async function act(
  key: string,
  { primary, plan, seen }: Decided,
  { controller, memory }: PassRoom,
  deps: ControllerDeps,
  signal: AbortSignal,
): Promise<ApplyOutcome> {
  const requestId = deps.ids.uid();
  const actions = allActions(controller, primary, plan);
  if (actions.length > 0) {
    deps.logger.debug('plan applied', {
      controller: controller.name,
      key,
      requestId,
      actions: actions.map((action) => action.type),
      reasons: plan.reasons.map((reason) => reason.type),
    });
  }
  const at = actions.length === 0 ? undefined : deps.timeline?.hybrid.now();
  const outcome = await applyPlan(deps, {
    controller: controller.name,
    primary,
    actions,
    cautious: memory.failure(key) !== undefined,
    context: writeContextOf({
      component: `${controller.name}-controller`,
      fence: deps.fence,
      requestId,
      signal,
    }),
  });
  const failure = outcome.failure?.message;
  if (at !== undefined && (outcome.writes > 0 || failure !== undefined)) {
    deps.timeline?.planned({ controller, primary, plan, actions, requestId, at, seen, failure });
  }
  return outcome;
}

/** The plan's actions and, as one more, the primary's new status. */
export function allActions(
  controller: Pick<Controller, 'definition'>,
  primary: AnyObject,
  plan: Plan,
): readonly Action[] {
  if (plan.status === undefined) return plan.actions;
  const { namespace = '', name = '', uid = '', resourceVersion = '' } = primary.metadata;
  const ref = { definition: controller.definition, namespace, name, uid };
  return [...plan.actions, { type: 'write-status', ref, resourceVersion, status: plan.status }];
}

function verdictOf(outcome: ApplyOutcome, plan: Plan): PassVerdict {
  const { failure, conflict } = outcome;
  if (failure !== undefined) {
    return { type: 'back-off', cause: failure.code, message: failure.message };
  }
  if (conflict) return { type: 'back-off', cause: 'Conflict', message: 'what was observed has changed' };
  return {
    type: 'done',
    wrote: outcome.writes > 0,
    ...(plan.recheckAfterMs === undefined ? {} : { recheckAfterMs: plan.recheckAfterMs }),
  };
}

/** A user's change of the object is worth a new try; a status that someone writes is not. */
function versionOf(object: AnyObject | undefined): string {
  const { uid = '', generation, resourceVersion } = object?.metadata ?? {};
  return `${uid} ${generation ?? resourceVersion ?? ''}`;
}

function confine(
  key: string,
  version: string,
  error: unknown,
  { controller, quarantine }: PassRoom,
  deps: ControllerDeps,
): PassVerdict {
  const forMs = quarantine.confine(key, version);
  const primary = deps.cache.get(controller.definition, parseKey(key));
  deps.logger.error('controller broke on an object', {
    controller: controller.name,
    key,
    error: messageOf(error),
    stack: error instanceof Error ? error.stack : undefined,
    retryInMs: forMs,
  });
  if (primary !== undefined) {
    const message = `The ${controller.name} controller cannot work on this object (a bug in Gantry): ${messageOf(error)}`;
    const note = { regarding: primary, severity: 'Warning' as const, reason: 'ControllerBroke', message };
    deps.events.record(note, `${controller.name}-controller`);
  }
  return { type: 'confined', forMs, message: messageOf(error) };
}
