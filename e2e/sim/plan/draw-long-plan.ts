// Draws a run that goes on for hours, with faults and users at a steady rate all along: what `make sim-long` measures.
// One episode follows the other; what users made in one they take away in a later one, so that the cluster stays busy
// and never fills up. Pure: the same seed gives the same plan.
import { seededRandom } from '@gantry/kit/random';
import { hashText } from '../world/hash-text.ts';
import { drawActions } from './draw-actions.ts';
import { byTime, drawFault, drawPlan, type FaultParts, type PlanSizes } from './draw-plan.ts';
import { drawRollouts } from './draw-rollouts.ts';
import { drawServices } from './draw-services.ts';
import type { Fault } from './fault.ts';
import type { RunPlan } from './run-plan.ts';
import type { UserAction } from './user-action.ts';

/** What a caller may ask for. */
export interface LongPlanSizes extends PlanSizes {
  /** One fault on average in so long, and users do something twice as often; a usual plan when absent. */
  faultEveryMs?: number;
}

const EPISODE_MS = 300_000;
/** Episodes that a workload outlives the one that it was made in. */
const EPISODES_KEPT = 2;
/** Between the last of an episode and what tidies up after it. */
const TIDY_MS = 1_000;

/** The plan that fits what was asked for. */
export function planFor(seed: number, { faultEveryMs, ...sizes }: LongPlanSizes): RunPlan {
  const plan = drawPlan(seed, sizes);
  return faultEveryMs === undefined ? plan : longPlan(plan, faultEveryMs);
}

function longPlan(plan: RunPlan, faultEveryMs: number): RunPlan {
  const faults: Fault[] = [];
  const actions: UserAction[] = [];
  for (let beginMs = 0; beginMs + EPISODE_MS <= plan.chaosMs; beginMs += EPISODE_MS) {
    const episode = drawEpisode(plan, beginMs / EPISODE_MS, faultEveryMs);
    faults.push(...episode.faults.map((fault) => later(fault, beginMs)));
    actions.push(...episode.actions.map((action) => later(action, beginMs)));
  }
  const isInTime = ({ atMs }: UserAction): boolean => atMs < plan.chaosMs;
  return { ...plan, faults: faults.toSorted(byTime), actions: actions.filter(isInTime).toSorted(byTime) };
}

/** Times count from the start of the episode. */
function drawEpisode(
  { seed, nodes, replicas }: RunPlan,
  episode: number,
  faultEveryMs: number,
): Pick<RunPlan, 'faults' | 'actions'> {
  const own = hashText(`episode/${seed}/${episode}`);
  const random = seededRandom(own);
  const parts: FaultParts = {
    nodes: nodes.map(({ name }) => name),
    replicas: replicas.map(({ name }) => name),
    chaosMs: EPISODE_MS,
  };
  const faults = Array.from({ length: Math.ceil(EPISODE_MS / faultEveryMs) }, () => drawFault(random, parts));
  const actions = [...drawRollouts(own, EPISODE_MS)];
  const actionsMin = Math.ceil((2 * EPISODE_MS) / faultEveryMs);
  for (let story = 0; actions.length < actionsMin; story += 1) {
    const usual = drawActions(random, parts);
    const services = drawServices(own + story, usual, EPISODE_MS);
    const mark = `e${episode}-${story}`;
    actions.push(...[...usual, ...services].map((action) => renamed(action, mark)));
  }
  return { faults, actions: [...actions, ...tidyUp(actions)] };
}

/** Names are an episode's own: what is left of another one must not be taken for them. */
function renamed(action: UserAction, mark: string): UserAction {
  const own = (name: string): string => `${name}-${mark}`;
  if (action.type === 'create')
    return { ...action, workload: { ...action.workload, name: own(action.workload.name) } };
  if (action.type === 'create-service')
    return { ...action, name: own(action.name), selects: own(action.selects) };
  return 'name' in action ? { ...action, name: own(action.name) } : action;
}

/** Nodes are opened again at once, what was made goes later. */
function tidyUp(actions: readonly UserAction[]): UserAction[] {
  const soon = { atMs: EPISODE_MS + TIDY_MS, user: 'bob' };
  const late = { atMs: (1 + EPISODES_KEPT) * EPISODE_MS + TIDY_MS, user: 'bob' };
  return actions.flatMap((action): UserAction[] => {
    switch (action.type) {
      case 'cordon':
      case 'drain':
        return [{ ...soon, type: 'cordon', node: action.node, on: false }];
      case 'create': {
        const { kind, name } = action.workload;
        return [{ ...late, type: 'delete', kind, name, propagation: 'Background' }];
      }
      case 'create-service':
        return [{ ...late, type: 'delete-service', name: action.name }];
      case 'create-rollout':
        return [{ ...late, type: 'delete-rollout', name: action.rollout.name }];
      default:
        return [];
    }
  });
}

function later<T extends { atMs: number }>(what: T, byMs: number): T {
  return { ...what, atMs: what.atMs + byMs };
}
