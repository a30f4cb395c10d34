// Makes a failing plan small: takes faults, users' actions, nodes and noise away for as long as the same invariant
// still fails. Greedy, larger pieces first; bounded by a number of runs.
import type { RunPlan } from '../plan/run-plan.ts';

/** Whether a plan still fails in the same way. */
export type StillFails = (plan: RunPlan) => Promise<boolean>;

const RUNS_MAX = 200;

/** @returns the smallest plan found, and how many runs it took. */
export async function shrink(
  plan: RunPlan,
  stillFails: StillFails,
): Promise<{ plan: RunPlan; runs: number }> {
  let smallest = plan;
  let runs = 0;
  const tryOne = async (smaller: RunPlan): Promise<boolean> => {
    if (runs >= RUNS_MAX) return false;
    runs += 1;
    if (!(await stillFails(smaller))) return false;
    smallest = smaller;
    return true;
  };
  let hasShrunk = true;
  while (hasShrunk && runs < RUNS_MAX) {
    hasShrunk = false;
    for (const part of ['faults', 'actions'] as const) {
      hasShrunk = (await shrinkList(() => smallest, part, tryOne)) || hasShrunk;
    }
    for (const simpler of simplifications(smallest)) hasShrunk = (await tryOne(simpler)) || hasShrunk;
  }
  return { plan: smallest, runs };
}

/** Removes halves, then quarters, and so on down to single entries. */
async function shrinkList(
  current: () => RunPlan,
  part: 'faults' | 'actions',
  tryOne: (plan: RunPlan) => Promise<boolean>,
): Promise<boolean> {
  let hasShrunk = false;
  for (let size = Math.ceil(current()[part].length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < current()[part].length;) {
      const list: readonly unknown[] = current()[part];
      const without = { ...current(), [part]: [...list.slice(0, at), ...list.slice(at + size)] };
      if (await tryOne(without)) hasShrunk = true;
      else at += size;
    }
  }
  return hasShrunk;
}

/** Plans that are a little simpler than this one. */
function simplifications(plan: RunPlan): RunPlan[] {
  const still = { offsetMs: 0, perMille: 0 };
  const exact = { ...plan.quality, lossRate: 0, resetRate: 0, duplicateRate: 0 };
  const hasNoise = plan.quality.lossRate + plan.quality.resetRate + plan.quality.duplicateRate > 0;
  const hasDrift = [...plan.nodes, ...plan.replicas].some(
    ({ drift }) => drift.offsetMs !== 0 || drift.perMille !== 0,
  );
  return [
    ...(hasNoise ? [{ ...plan, quality: exact }] : []),
    ...(hasDrift
      ? [
          {
            ...plan,
            nodes: plan.nodes.map((node) => ({ ...node, drift: still })),
            replicas: plan.replicas.map((replica) => ({ ...replica, drift: still })),
          },
        ]
      : []),
    ...(plan.replicas.length > 1 ? [{ ...plan, replicas: plan.replicas.slice(0, -1) }] : []),
    ...(plan.nodes.length > 1 ? [{ ...plan, nodes: plan.nodes.slice(0, -1) }] : []),
  ];
}
