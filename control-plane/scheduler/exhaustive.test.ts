// Decisions against an exhaustive scheduler, on random clusters in which nodes and pods come, change and go. Seeds are
// run one after the other: GANTRY_SCHEDULER_SEEDS sets how many, GANTRY_SCHEDULER_SEED runs a single one again.
import test, { type ExecutionContext } from 'ava';
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import { seededRandom } from '@gantry/kit/random';
import type { PlacedPod } from './exhaustive-scheduler.ts';
import { feasibleNodes } from './exhaustive-scheduler.ts';
import { Draw, podOf, randomNode, randomTemplate } from './random-cluster.ts';
import type { PodParts } from './test-cluster.ts';
import { SchedulerCore } from './scheduler-core.ts';

const SEEDS = Number(process.env['GANTRY_SCHEDULER_SEEDS'] ?? 60);
const ONLY_SEED = process.env['GANTRY_SCHEDULER_SEED'];
/** Clusters of this many nodes are sampled; each costs the exhaustive one as much as fifty small ones. */
const LARGE_NODES = 240;
const LARGE_SEEDS = Math.ceil(SEEDS / 20);
/** Rounding of sums of floating-point numbers. */
const EPSILON = 1e-6;

function seedsUpTo(count: number): number[] {
  return ONLY_SEED === undefined ? Array.from({ length: count }, (_, seed) => seed) : [Number(ONLY_SEED)];
}

/** A cluster as objects, and a scheduler that is told of each change. */
class Trial {
  readonly #core: SchedulerCore;
  readonly #draw: Draw;
  readonly #t: ExecutionContext;
  readonly #nodes = new Map<string, Node>();
  readonly #placed = new Map<string, PlacedPod>();
  readonly #pending = new Map<string, Pod>();
  readonly #templates: PodParts[];
  readonly #title: string;
  #pods = 0;
  #nowMs = 0;
  /** By how much each choice was worse than the best one, as a share of the best one's score. */
  readonly losses: number[] = [];

  constructor(t: ExecutionContext, seed: number, nodes: number) {
    this.#t = t;
    this.#title = `seed ${seed}`;
    this.#core = new SchedulerCore(seededRandom(seed));
    this.#draw = new Draw(seededRandom(seed + 1_000_003));
    this.#templates = Array.from({ length: 1 + this.#draw.number(7) }, () => randomTemplate(this.#draw));
    for (let index = 0; index < nodes; index += 1) this.#setNode(`n${index}`);
  }

  #setNode(name: string): void {
    const node = randomNode(this.#draw, name);
    this.#nodes.set(name, node);
    this.#core.nodeSeen(node);
  }

  /** Something happens outside. */
  disturb(): void {
    const name = `n${this.#draw.number(this.#nodes.size + 1)}`;
    const node = this.#nodes.get(name);
    if (this.#draw.oneIn(3)) this.#setNode(name);
    else if (node !== undefined && this.#draw.oneIn(4)) {
      this.#nodes.delete(name);
      this.#core.nodeGone(node);
    }
    for (const [uid, { pod, node: at }] of this.#placed) {
      if (this.#draw.oneIn(12)) {
        this.#placed.delete(uid);
        this.#core.podGone(pod);
      } else if (this.#draw.oneIn(25)) this.#seePlaced({ ...pod, metadata: ending(pod) }, at);
    }
  }

  offer(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const pod = podOf(this.#draw.one(this.#templates), `p${(this.#pods += 1)}`);
      this.#pending.set(pod.metadata.uid ?? '', pod);
      this.#core.podSeen(pod, this.#nowMs);
    }
  }

  /** Lets the scheduler decide, and holds every decision against the exhaustive one in the same state. */
  decide(): void {
    this.#nowMs += 20_000;
    const { placements, unschedulable } = this.#core.decide(this.#nowMs);
    const placedOn = new Map(placements.map(({ pod, node }) => [pod.uid, node]));
    const refused = new Set(unschedulable.map(({ pod }) => pod.uid));
    // Decided in the order in which they were offered: all have the same priority.
    for (const [uid, pod] of this.#pending) {
      const node = placedOn.get(uid);
      if (node === undefined && !refused.has(uid)) continue;
      this.#judge(pod, node);
      if (node === undefined) continue;
      this.#core.bound(uid);
      this.#seePlaced(pod, node);
      this.#pending.delete(uid);
    }
  }

  #judge(pod: Pod, node: string | undefined): void {
    const cluster = { nodes: [...this.#nodes.values()], placed: [...this.#placed.values()] };
    const feasible = feasibleNodes(pod, cluster);
    const about = `${this.#title}, ${pod.metadata.name ?? ''} on ${node ?? 'no node'}`;
    if (node === undefined) this.#t.deepEqual([...feasible.keys()], [], about);
    else {
      const own = feasible.get(node);
      this.#t.not(own, undefined, `${about} is not feasible`);
      const best = Math.max(...feasible.values());
      this.losses.push((best - (own ?? 0)) / Math.max(100, Math.abs(best)));
    }
  }

  #seePlaced(pod: Pod, node: string): void {
    const bound = {
      ...pod,
      metadata: { ...pod.metadata, generation: 2 },
      spec: { ...pod.spec, nodeName: node },
    };
    this.#placed.set(pod.metadata.uid ?? '', { pod: bound, node });
    this.#core.podSeen(bound, this.#nowMs);
  }
}

function ending({ metadata }: Pod): Pod['metadata'] {
  return { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z', generation: 3 };
}

function trial(t: ExecutionContext, seed: number, nodes: number, rounds: number, pods: number): number[] {
  const it = new Trial(t, seed, nodes);
  for (let round = 0; round < rounds; round += 1) {
    it.offer(1 + ((seed + round) % pods));
    it.decide();
    it.disturb();
  }
  return it.losses;
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, each) => sum + each, 0) / Math.max(1, numbers.length);

test('a pod is placed exactly when a node takes it, on a best one where all nodes are looked at', (t) => {
  for (const seed of seedsUpTo(SEEDS)) {
    const losses = trial(t, seed, 1 + (seed % 24), 6, 9);
    t.true(
      losses.every((loss) => loss <= EPSILON),
      `seed ${seed}: a better node was passed over`,
    );
  }
});

test('where a sample of the nodes is looked at, the score of the choice is within 2 % of the best on average', (t) => {
  const losses = seedsUpTo(LARGE_SEEDS).flatMap((seed) => trial(t, seed, LARGE_NODES, 4, 40));
  const loss = mean(losses);
  t.log(`${(100 * loss).toFixed(2)} % below the best of ${LARGE_NODES} nodes, mean of ${losses.length} pods`);
  t.true(loss <= 0.02);
});
