// All counts that plugins ask for. A question is counted from scratch when it is first asked, then kept up to date;
// those not asked for in a while are dropped.
import type { PodClass } from './cluster-state.ts';
import type { CountQuestion } from './domain-counts.ts';
import { DomainCounts } from './domain-counts.ts';
import type { NodeState } from './node-state.ts';
import { Topology } from './topology.ts';

/** Questions kept, and labels whose values are kept. */
export const QUESTIONS_MAX = 1_024;
const TOPOLOGIES_MAX = 64;
/** Values of a label that no node may have any more: this many beyond the nodes, and the label is read anew. */
const STALE_VALUES_MAX = 10_000;

/** What there is to count. */
interface Counted {
  readonly nodeStates: Iterable<NodeState>;
  readonly classes: Iterable<PodClass>;
}

/** The counts by question. */
export class DomainCounters {
  readonly #counted: Counted;
  readonly #counts = new Map<string, DomainCounts>();
  readonly #topologies = new Map<string, Topology>();
  /** How often counts were dropped: those held from before are no longer kept up to date. */
  drops = 0;
  /** Counts the calls of {@link trim}. */
  #age = 0;

  constructor(counted: Counted) {
    this.#counted = counted;
  }

  /** The counts that answer the question, kept up to date until {@link drops} grows. */
  of(question: CountQuestion): DomainCounts {
    const known = this.#counts.get(question.key);
    const counts = known ?? this.#countAll(question);
    counts.lastUse = this.#age;
    return counts;
  }

  /** The node's labels have changed, or it came or went. */
  nodeChanged({ slot, offer }: NodeState): void {
    for (const topology of this.#topologies.values()) topology.set(slot, offer?.labels);
    for (const counts of this.#counts.values()) counts.nodeChanged(slot, offer);
  }

  /** Which counts a new class of pods belongs to. */
  classAppeared(group: PodClass): void {
    for (const counts of this.#counts.values()) if (counts.question.selects(group)) group.counts.push(counts);
  }

  /** Drops what was not used lately, where there is too much. Not to be called while counts are in use. */
  trim(nodes: number): void {
    this.#age += 1;
    const overgrown = [...this.#topologies.values()].filter(({ size }) => size > nodes + STALE_VALUES_MAX);
    if (this.#topologies.size > TOPOLOGIES_MAX || overgrown.length > 0) {
      this.#drop([...this.#counts.values()]);
      this.#topologies.clear();
    }
    if (this.#counts.size <= QUESTIONS_MAX) return;
    const byAge = [...this.#counts.values()].sort((a, b) => a.lastUse - b.lastUse);
    this.#drop(byAge.slice(0, this.#counts.size - QUESTIONS_MAX / 2));
  }

  #countAll(question: CountQuestion): DomainCounts {
    const counts = new DomainCounts(question, this.#topologyOf(question.topologyKey));
    for (const { slot, offer } of this.#counted.nodeStates) counts.nodeChanged(slot, offer);
    for (const group of this.#counted.classes) {
      if (!question.selects(group)) continue;
      for (const [slot, pods] of group.podsBySlot) counts.add(slot, pods);
      group.counts.push(counts);
    }
    this.#counts.set(question.key, counts);
    return counts;
  }

  #topologyOf(key: string): Topology {
    const known = this.#topologies.get(key);
    if (known !== undefined) return known;
    const topology = new Topology(key);
    for (const { slot, offer } of this.#counted.nodeStates) topology.set(slot, offer?.labels);
    this.#topologies.set(key, topology);
    return topology;
  }

  #drop(dropped: readonly DomainCounts[]): void {
    if (dropped.length === 0) return;
    this.drops += 1;
    const gone = new Set(dropped);
    for (const { question } of dropped) this.#counts.delete(question.key);
    for (const group of this.#counted.classes) {
      group.counts = group.counts.filter((counts) => !gone.has(counts));
    }
  }
}
