// How many pods of a selection are in each domain, kept up to date pod by pod, with the fewest and the most at hand.
import type { PodClass } from './cluster-state.ts';
import type { NodeOffer } from './node-state.ts';
import type { Topology } from './topology.ts';
import { NO_DOMAIN } from './topology.ts';

/** What is to be counted where. Questions with equal keys are the same question. */
export interface CountQuestion {
  readonly key: string;
  readonly topologyKey: string;
  readonly selects: (group: PodClass) => boolean;
  /** Nodes that do not count: neither their pods nor, by themselves, their domain. All count when absent. */
  readonly countsNode?: (offer: NodeOffer) => boolean;
}

/** The counts that answer one question. */
export class DomainCounts {
  readonly question: CountQuestion;
  readonly topology: Topology;
  /** Grows with every change. */
  version = 0;
  /** Pods counted, over all domains. */
  total = 0;
  /** When it was last asked for, as the owner counts time. */
  lastUse = 0;
  /** Pods by domain. */
  readonly #counts: number[] = [];
  /** Counting nodes by domain: a domain with none does not exist. */
  readonly #nodes: number[] = [];
  /** Selected pods by node, also of nodes that do not count. */
  readonly #podsBySlot = new Map<number, number>();
  /** Domain in which a node counts. */
  readonly #domainBySlot: number[] = [];
  /** How many domains hold so many pods. */
  readonly #levels: number[] = [];
  #domains = 0;
  #fewest = 0;
  #most = 0;

  constructor(question: CountQuestion, topology: Topology) {
    this.question = question;
    this.topology = topology;
  }

  /** Pods in the domain of the node; 0 where there is none. */
  at(slot: number): number {
    const domain = this.topology.of(slot);
    return domain === NO_DOMAIN ? 0 : (this.#counts[domain] ?? 0);
  }

  /** Whether the node has the label. */
  hasDomain(slot: number): boolean {
    return this.topology.of(slot) !== NO_DOMAIN;
  }

  /** Pods in the emptiest domain that exists; 0 when none does. */
  get fewest(): number {
    return this.#fewest;
  }

  /** Pods in the fullest. */
  get most(): number {
    return this.#most;
  }

  /** A selected pod came to the node, or left it. */
  add(slot: number, by: number): void {
    const pods = (this.#podsBySlot.get(slot) ?? 0) + by;
    if (pods === 0) this.#podsBySlot.delete(slot);
    else this.#podsBySlot.set(slot, pods);
    const domain = this.#domainBySlot[slot] ?? NO_DOMAIN;
    if (domain !== NO_DOMAIN) this.#change(domain, by);
  }

  /** The node's labels have changed, or it came or went. The topology knows already. */
  nodeChanged(slot: number, offer: NodeOffer | undefined): void {
    const counts = offer !== undefined && (this.question.countsNode?.(offer) ?? true);
    const after = counts ? this.topology.of(slot) : NO_DOMAIN;
    const before = this.#domainBySlot[slot] ?? NO_DOMAIN;
    if (after === before) return;
    while (this.#domainBySlot.length <= slot) this.#domainBySlot.push(NO_DOMAIN);
    this.#domainBySlot[slot] = after;
    const pods = this.#podsBySlot.get(slot) ?? 0;
    if (before !== NO_DOMAIN) this.#leave(before, pods);
    if (after !== NO_DOMAIN) this.#join(after, pods);
  }

  #join(domain: number, pods: number): void {
    while (this.#counts.length <= domain) {
      this.#counts.push(0);
      this.#nodes.push(0);
    }
    const nodes = this.#nodes[domain] ?? 0;
    this.#nodes[domain] = nodes + 1;
    if (nodes === 0) {
      this.#domains += 1;
      this.#addLevel(0);
    }
    this.#change(domain, pods);
  }

  #leave(domain: number, pods: number): void {
    this.#change(domain, -pods);
    const nodes = (this.#nodes[domain] ?? 0) - 1;
    this.#nodes[domain] = nodes;
    if (nodes > 0) return;
    this.#domains -= 1;
    this.#removeLevel(0);
  }

  #change(domain: number, by: number): void {
    this.version += 1;
    this.total += by;
    const before = this.#counts[domain] ?? 0;
    this.#counts[domain] = before + by;
    // The new level first: the domain is on one of the two at every moment.
    this.#addLevel(before + by);
    this.#removeLevel(before);
  }

  #addLevel(pods: number): void {
    while (this.#levels.length <= pods) this.#levels.push(0);
    this.#levels[pods] = (this.#levels[pods] ?? 0) + 1;
    if (pods > this.#most) this.#most = pods;
    if (pods < this.#fewest || this.#isOnlyDomain()) this.#fewest = pods;
  }

  #removeLevel(pods: number): void {
    this.#levels[pods] = (this.#levels[pods] ?? 0) - 1;
    if (this.#domains === 0) {
      this.#fewest = 0;
      this.#most = 0;
      return;
    }
    while (this.#fewest < this.#most && this.#isEmptyLevel(this.#fewest)) this.#fewest += 1;
    while (this.#most > this.#fewest && this.#isEmptyLevel(this.#most)) this.#most -= 1;
  }

  #isEmptyLevel(pods: number): boolean {
    return (this.#levels[pods] ?? 0) === 0;
  }

  /** The first domain sets both bounds: those of none mean nothing. */
  #isOnlyDomain(): boolean {
    return this.#domains === 1;
  }
}
