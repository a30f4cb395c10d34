// Draws a run that goes on for hours, with faults and users at a steady rate all along: what `make sim-long` measures.
// Rates are exact where they divide an episode; less often than once an episode is never.
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
  /** One fault on average in so long; a usual plan when absent. */
  faultEveryMs?: number;
  /** One action of a user, what is tidied up later included; when absent they do at least two for each fault, mostly more. */
  actionEveryMs?: number;
}

const EPISODE_MS = 300_000;
/** Episodes that a workload outlives the one that it was made in. */
const EPISODES_KEPT = 2;
/** Stories of an episode that has room for few actions. */
const STORIES_MAX = 50;
/** Between the last of an episode and what tidies up after it. */
const TIDY_MS = 1_000;

/** The plan that fits what was asked for. */
export function planFor(seed: number, { faultEveryMs, actionEveryMs, ...sizes }: LongPlanSizes): RunPlan {
  const plan = drawPlan(seed, sizes);
  return faultEveryMs === undefined ? plan : longPlan(plan, { faultEveryMs, actionEveryMs });
}

interface Rates {
  faultEveryMs: number;
  actionEveryMs: number | undefined;
}

function longPlan(plan: RunPlan, rates: Rates): RunPlan {
  const faults: Fault[] = [];
  const actions: UserAction[] = [];
  for (let beginMs = 0; beginMs + EPISODE_MS <= plan.chaosMs; beginMs += EPISODE_MS) {
    const episode = drawEpisode(plan, beginMs / EPISODE_MS, rates);
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
  { faultEveryMs, actionEveryMs }: Rates,
): Pick<RunPlan, 'faults' | 'actions'> {
  const own = hashText(`episode/${seed}/${episode}`);
  const random = seededRandom(own);
  const parts: FaultParts = {
    nodes: nodes.map(({ name }) => name),
    replicas: replicas.map(({ name }) => name),
    chaosMs: EPISODE_MS,
  };
  const faults = Array.from({ length: Math.floor(EPISODE_MS / faultEveryMs) }, () =>
    drawFault(random, parts),
  );
  const nextStory = (story: number): UserAction[] => {
    const usual = drawActions(random, parts);
    const services = drawServices(own + story, usual, EPISODE_MS);
    const mark = `e${episode}-${story}`;
    return [...usual, ...services].map((action) => renamed(action, mark));
  };
  const rollouts = drawRollouts(own, EPISODE_MS);
  if (actionEveryMs !== undefined)
    return { faults, actions: fewActions(rollouts, nextStory, Math.floor(EPISODE_MS / actionEveryMs)) };
  const actions = [...rollouts];
  const actionsMin = Math.ceil((2 * EPISODE_MS) / faultEveryMs);
  for (let story = 0; actions.length < actionsMin; story += 1) actions.push(...nextStory(story));
  return { faults, actions: [...actions, ...tidyUp(actions)] };
}

/** So many actions, what takes them back included; of each story as much of its beginning as there is room for. */
function fewActions(
  first: readonly UserAction[],
  nextStory: (story: number) => readonly UserAction[],
  count: number,
): UserAction[] {
  const taken: UserAction[] = [];
  const made = new Set<string>();
  let actions = first;
  for (let story = 0; taken.length < count && story < STORIES_MAX; story += 1) {
    for (const action of actions.toSorted(byTime)) {
      const name = madeBy(action);
      const more = [action, ...tidyUp([action])];
      // Nothing is done to what was left out.
      const hasSubject = name !== undefined || !('name' in action) || made.has(action.name);
      if (!hasSubject || taken.length + more.length > count) continue;
      taken.push(...more);
      if (name !== undefined) made.add(name);
    }
    actions = nextStory(story);
  }
  return taken;
}

/** The name of what comes into being. */
function madeBy(action: UserAction): string | undefined {
  if (action.type === 'create') return action.workload.name;
  if (action.type === 'create-rollout') return action.rollout.name;
  return action.type === 'create-service' ? action.name : undefined;
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
