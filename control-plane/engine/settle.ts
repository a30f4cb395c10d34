// Runs plans in the toy world: one pass, or passes until nothing is planned any more. Every plan is checked.
import { keyOf, keyText, type ObjectKey } from '@gantry/api/meta';
import { isConflict } from '@gantry/api/status-error';
import { invariant } from '@gantry/kit/invariant';
import type { Action, ActionFailure, Controller, Plan } from './controller.ts';
import { idsOf } from './key-memory.ts';
import { allActions } from './pass.ts';
import { checkPlan } from './plan-checks.ts';
import { readerOf, withAction, type World } from './toy-world.ts';

/** Passes after which a controller has to have settled. */
export const PASSES_MAX = 30;

/** What one pass came to. */
export interface ToyPass {
  controller: string;
  key: string;
  plan: Plan;
  /** The plan's actions that changed the world, the primary's status among them. */
  changes: readonly Action[];
  world: World;
}

/** Sees the world after each action; throws when something does not hold. */
export type Witness = (world: World, action: Action, before: World) => void;

/** How a pass is to go. */
export interface PassOptions {
  /** What went wrong in the pass before. */
  failure?: ActionFailure;
  witness?: Witness;
  /** The process dies after this many actions. */
  crashAfter?: number;
}

/** One pass of a controller over a key; undefined when there is nothing to observe. */
export function passIn(
  world: World,
  controller: Controller,
  key: ObjectKey,
  options: PassOptions = {},
): ToyPass | undefined {
  const reader = readerOf(world);
  const observed = controller.observe(reader, key);
  if (observed === undefined) return undefined;
  const inputs = {
    nowMs: world.nowMs,
    ids: idsOf(world.revision),
    ...(options.failure === undefined ? {} : { failure: options.failure }),
  };
  const plan = controller.plan(observed, inputs);
  const findings = checkPlan(plan, reader);
  invariant(findings.length === 0, `unsound plan of ${controller.name}: ${findings.join('; ')}`);
  let next = world;
  const changes: Action[] = [];
  const actions = allActions(controller, controller.primary(observed), plan);
  for (const action of actions.slice(0, options.crashAfter ?? actions.length)) {
    const before = next;
    next = performed(next, action);
    if (next.revision === before.revision) continue;
    changes.push(action);
    options.witness?.(next, action, before);
  }
  return { controller: controller.name, key: keyText(key), plan, changes, world: next };
}

function performed(world: World, action: Action): World {
  try {
    return withAction(world, action);
  } catch (error) {
    if (isConflict(error)) return world;
    throw error;
  }
}

/**
 * Passes over one key until a pass changes nothing.
 *
 * @throws InvariantError when the controller has not settled after {@link PASSES_MAX} passes.
 */
export function settle(
  controller: Controller,
  world: World,
  key: ObjectKey,
  witness?: Witness,
): { world: World; passes: ToyPass[] } {
  return settleAll([controller], world, { keys: [key], ...(witness === undefined ? {} : { witness }) });
}

/** Passes of several controllers in turn, over all their keys, until none changes anything. */
export function settleAll(
  controllers: readonly Controller[],
  start: World,
  options: { keys?: readonly ObjectKey[]; witness?: Witness } = {},
): { world: World; passes: ToyPass[] } {
  const passes: ToyPass[] = [];
  let world = start;
  for (let round = 0; round < PASSES_MAX; round += 1) {
    const before = world.revision;
    for (const controller of controllers) {
      const keys = options.keys ?? readerOf(world).list(controller.definition).map(keyOf);
      for (const key of keys) {
        const pass = passIn(world, controller, key, options);
        if (pass === undefined) continue;
        world = pass.world;
        if (pass.changes.length > 0) passes.push(pass);
      }
    }
    if (world.revision === before) return { world, passes };
  }
  const names = controllers.map(({ name }) => name).join(', ');
  invariant(false, `not settled after ${PASSES_MAX} passes: ${names}`);
}
