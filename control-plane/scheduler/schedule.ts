// Decides which pending pod goes to which node, and why the others stay. Placements are made in the cluster state at
// once, so that each counts for the pods after it; the same state, pods and randomness give the same outcome.
import type { ClusterState } from './cluster-state.ts';
import type { Explanation } from './explanation.ts';
import { explain } from './explanation.ts';
import type { Passes } from './passes.ts';
import type { PodView } from './pod-needs.ts';

/** What becomes of each pod. */
export interface Outcome {
  /** Already made in the cluster state. */
  placements: { pod: PodView; node: string }[];
  unschedulable: { pod: PodView; why: Explanation }[];
  /** Not looked at: the others cost too much for one go. */
  postponed: PodView[];
}

/** At least so many feasible nodes are compared before one is chosen: a number, and a share of all nodes. */
const FEASIBLE_NODES_MIN = 100;
const FEASIBLE_SHARE_MIN = 0.1;
/** Questions to single nodes in one go, about a fifth of a second: other work must get its turn. */
export const QUESTIONS_MAX = 400_000;

/**
 * Places the pods in the order given.
 *
 * @param pending in order of precedence.
 * @param passes what is known from earlier batches on the same cluster.
 */
export function schedule(cluster: ClusterState, pending: readonly PodView[], passes: Passes): Outcome {
  passes.beginBatch(cluster);
  const wanted = Math.max(FEASIBLE_NODES_MIN, cluster.nodes.length * FEASIBLE_SHARE_MIN);
  const outcome: Outcome = { placements: [], unschedulable: [], postponed: [] };
  let questions = 0;
  for (const [index, pod] of pending.entries()) {
    if (questions > QUESTIONS_MAX) {
      outcome.postponed = pending.slice(index);
      break;
    }
    const { node, why, asked } = find(pod, cluster, passes, wanted);
    questions += asked;
    if (node !== undefined) {
      outcome.placements.push({ pod, node });
      cluster.place(pod, node);
    } else outcome.unschedulable.push({ pod, why });
  }
  return outcome;
}

type Found = { asked: number } & ({ node: string; why?: never } | { node?: never; why: Explanation });

function find(pod: PodView, cluster: ClusterState, passes: Passes, wanted: number): Found {
  const pass = passes.of(pod, cluster);
  const { verdict, failed } = pass;
  if (failed !== undefined && failed.stamp === verdict.stamp) return { why: failed.why, asked: 0 };
  const askedBefore = verdict.asked;
  const node = pass.candidates.best(wanted);
  if (node !== undefined) return { node: node.name, asked: verdict.asked - askedBefore };
  const why = explain(verdict, cluster);
  pass.failed = { why, stamp: verdict.stamp };
  return { why, asked: verdict.asked - askedBefore };
}
