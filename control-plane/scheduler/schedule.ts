// Decides which pending pod goes to which node, and why the others stay. Pure in effect: the cluster state is
// left as it was found, and the same state, pods and randomness give the same outcome.
import type { Random } from '@gantry/kit/random';
import { Candidates, FEASIBLE_NODES_MIN } from './candidates.ts';
import type { ClusterState } from './cluster-state.ts';
import type { Explanation } from './explanation.ts';
import { explain } from './explanation.ts';
import type { NodeState } from './node-state.ts';
import type { Plugins } from './plugins/all.ts';
import { allPlugins } from './plugins/all.ts';
import type { PodView } from './pod-needs.ts';
import type { Verdict } from './verdict.ts';
import { prepareVerdict } from './verdict.ts';

/** What becomes of each pod. */
export interface Outcome {
  placements: { pod: PodView; node: string }[];
  unschedulable: { pod: PodView; why: Explanation }[];
}

/** What all pods of one kind share within a batch. */
interface Pass {
  verdict: Verdict;
  candidates: Candidates;
  /** State at which the verdict was prepared; only cluster-wide verdicts and new anti-affinity outdate it. */
  version: number;
  antiAffinityVersion: number;
  /** Pods of the kind still to be placed: that many candidates are worth having. */
  remaining: number;
  /** Why no node did: it holds for the rest of the batch, since placements only take away. */
  failed: Explanation | undefined;
}

/**
 * Places the pods in the order given; each placement counts for the pods after it.
 *
 * @param pending in order of precedence.
 * @param random breaks ties between equally good nodes.
 */
export function schedule(
  cluster: ClusterState,
  pending: readonly PodView[],
  random: Random,
  plugins: Plugins = allPlugins,
): Outcome {
  const outcome: Outcome = { placements: [], unschedulable: [] };
  const passes = new Map<string, Pass>();
  const remaining = countByKey(pending);
  for (const pod of pending) {
    const pass = passFor(pod, cluster, random, plugins, passes, remaining);
    const node = pass.failed === undefined ? pass.candidates.best(wantedOf(pass)) : undefined;
    if (node === undefined) outcome.unschedulable.push({ pod, why: failureOf(pass, cluster) });
    else assume(pod, node, cluster, outcome);
    pass.remaining -= 1;
  }
  for (const { pod } of outcome.placements) cluster.remove(pod.uid);
  return outcome;
}

function assume(pod: PodView, node: NodeState, cluster: ClusterState, outcome: Outcome): void {
  outcome.placements.push({ pod, node: node.name });
  cluster.place(pod, node.name);
}

/** Twice as many as needed leaves a choice to the last pod, too. */
function wantedOf(pass: Pass): number {
  return pass.verdict.scope === 'cluster'
    ? FEASIBLE_NODES_MIN
    : Math.max(FEASIBLE_NODES_MIN, 2 * pass.remaining);
}

function failureOf(pass: Pass, cluster: ClusterState): Explanation {
  return (pass.failed ??= explain(pass.verdict, cluster));
}

function passFor(
  pod: PodView,
  cluster: ClusterState,
  random: Random,
  plugins: Plugins,
  passes: Map<string, Pass>,
  remaining: ReadonlyMap<string, number>,
): Pass {
  const key = passKey(pod, cluster);
  const known = passes.get(key);
  if (known !== undefined && isCurrent(known, cluster)) return known;
  const verdict = prepareVerdict(pod, cluster, plugins);
  const pass: Pass = {
    verdict,
    candidates: new Candidates(verdict, cluster, random),
    version: cluster.version,
    antiAffinityVersion: cluster.antiAffinityVersion,
    remaining: known?.remaining ?? remaining.get(pod.needs.key) ?? 1,
    failed: undefined,
  };
  passes.set(key, pass);
  return pass;
}

/** Labels matter only where somebody selects by them: the pod itself, or pods that keep others away. */
function passKey(pod: PodView, cluster: ClusterState): string {
  const { affinity, topologySpreadConstraints } = pod.needs.spec;
  const selected =
    affinity?.podAffinity !== undefined ||
    affinity?.podAntiAffinity !== undefined ||
    topologySpreadConstraints !== undefined ||
    cluster.hasAntiAffinePods;
  return selected ? pod.classKey : pod.needs.key;
}

function isCurrent(pass: Pass, cluster: ClusterState): boolean {
  return pass.verdict.scope === 'cluster'
    ? pass.version === cluster.version
    : pass.antiAffinityVersion === cluster.antiAffinityVersion;
}

function countByKey(pending: readonly PodView[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { needs } of pending) counts.set(needs.key, (counts.get(needs.key) ?? 0) + 1);
  return counts;
}
