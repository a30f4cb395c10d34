// Decides which pending pod goes to which node, why the others stay, and who has to leave for them. Placements, and
// rooms held, are made in the cluster state at once, so that each counts for the pods after it; the same state, pods
// and randomness give the same outcome.
import type { ClusterState } from './cluster-state.ts';
import type { Explanation } from './explanation.ts';
import { Reasons } from './explanation.ts';
import type { NodeState } from './node-state.ts';
import type { Nominations } from './nominations.ts';
import type { Pass, Passes } from './passes.ts';
import type { PodView } from './pod-needs.ts';

/** Who has to leave which node for whom. */
export interface Preemption {
  pod: PodView;
  node: string;
  victims: readonly PodView[];
}

/** What becomes of each pod. */
export interface Outcome {
  /** Already made in the cluster state. */
  placements: { pod: PodView; node: string }[];
  /** With the node on which room is being made for the pod. */
  unschedulable: { pod: PodView; why: Explanation; nominated: string | undefined }[];
  /** Their room is not clear yet: nothing new is to be told. */
  waiting: PodView[];
  /** Victims are marked as leaving in the cluster state. */
  preemptions: Preemption[];
  /** Pods of lower priority that held room where a higher one now does. */
  ousted: PodView[];
  /** Not looked at: the others cost too much for one go. */
  postponed: PodView[];
}

/** What a decision works on and leaves its traces in. */
export interface SchedulingState {
  cluster: ClusterState;
  passes: Passes;
  nominations: Nominations;
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
 */
export function schedule(state: SchedulingState, pending: readonly PodView[]): Outcome {
  const { cluster, passes, nominations } = state;
  passes.beginBatch(cluster);
  const batch = new Batch(state);
  for (const [index, pod] of pending.entries()) {
    if (batch.questions > QUESTIONS_MAX) {
      batch.outcome.postponed = pending.slice(index);
      break;
    }
    nominations.showFrom(pod.priority);
    batch.decide(pod);
  }
  nominations.showFrom(Number.NEGATIVE_INFINITY);
  return batch.outcome;
}

class Batch {
  readonly outcome: Outcome = {
    ...{ placements: [], unschedulable: [], waiting: [], preemptions: [], ousted: [], postponed: [] },
  };
  questions = 0;
  readonly #state: SchedulingState;
  readonly #wanted: number;

  constructor(state: SchedulingState) {
    this.#state = state;
    this.#wanted = Math.max(FEASIBLE_NODES_MIN, state.cluster.nodes.length * FEASIBLE_SHARE_MIN);
  }

  decide(pod: PodView): void {
    const { cluster, passes, nominations } = this.#state;
    // Its own room is not in its way.
    const held = nominations.release(pod.uid);
    const pass = passes.of(pod, cluster);
    const askedBefore = pass.verdict.asked;
    const node = this.#nodeFor(pod, pass, held);
    if (node !== undefined) {
      this.outcome.placements.push({ pod, node: node.name });
      cluster.place(pod, node.name);
    } else if (held !== undefined && isBeingCleared(held, pod, cluster)) {
      nominations.hold(pod, held);
      this.outcome.waiting.push(pod);
    } else this.#refuse(pod, pass, held);
    this.questions += pass.verdict.asked - askedBefore;
  }

  #nodeFor(pod: PodView, pass: Pass, held: string | undefined): NodeState | undefined {
    const { cluster } = this.#state;
    const { verdict, failed, candidates } = pass;
    const own = held === undefined ? undefined : cluster.node(held);
    if (own !== undefined && verdict.refusal(own) === undefined && this.#isReal(pod, pass, own)) return own;
    if (failed !== undefined && failed.stamp === verdict.stamp) return undefined;
    const node = candidates.best(this.#wanted);
    return node !== undefined && this.#isReal(pod, pass, node) ? node : undefined;
  }

  /** Who only holds room is not there yet: nobody may rely on his company. */
  #isReal(pod: PodView, { verdict }: Pass, node: NodeState): boolean {
    if (this.#state.nominations.size === 0 || !pod.needs.terms.any) return true;
    return this.#withoutHolders(pod, () => verdict.refusal(node)) === undefined;
  }

  #refuse(pod: PodView, pass: Pass, held: string | undefined): void {
    const { verdict, failed } = pass;
    const why =
      failed !== undefined && failed.stamp === verdict.stamp ? failed.why : this.#explain(pod, pass);
    pass.failed = { why, stamp: verdict.stamp };
    const nominated = pod.preempts ? this.#makeRoom(pod, pass, held) : undefined;
    this.outcome.unschedulable.push({ pod, why, nominated });
  }

  #explain(pod: PodView, { verdict }: Pass): Explanation {
    const { cluster } = this.#state;
    const reasons = new Reasons();
    const passing = reasons.ask(verdict, cluster.nodes);
    if (passing.length > 0) this.#withoutHolders(pod, () => reasons.ask(verdict, passing));
    return reasons.explanation(cluster);
  }

  #withoutHolders<T>(pod: PodView, work: () => T): T {
    this.#state.nominations.showFrom(Number.POSITIVE_INFINITY);
    const result = work();
    this.#state.nominations.showFrom(pod.priority);
    return result;
  }

  /** @returns the node on which the pod holds room from now on. */
  #makeRoom(pod: PodView, pass: Pass, held: string | undefined): string | undefined {
    const { cluster, passes, nominations } = this.#state;
    const search = passes.preemptionSearch(pass, pod, cluster);
    const own = held === undefined ? undefined : cluster.node(held);
    if (own !== undefined) search.reconsider(own);
    const room = search.best(this.#wanted);
    if (room === undefined) return undefined;
    const { node, victims } = room;
    for (const other of nominations.on(node.name)) {
      if (other.priority >= pod.priority) continue;
      nominations.release(other.uid);
      this.outcome.ousted.push(other);
    }
    nominations.hold(pod, node.name);
    for (const { uid } of victims) cluster.setLeaving(uid, true);
    if (victims.length > 0) this.outcome.preemptions.push({ pod, node: node.name, victims });
    return node.name;
  }
}

/** Whether somebody still has to leave before the pod may have its room. */
function isBeingCleared(name: string, pod: PodView, cluster: ClusterState): boolean {
  return [...(cluster.node(name)?.pods.values() ?? [])].some(
    (other) => other.priority < pod.priority && cluster.isLeaving(other),
  );
}
