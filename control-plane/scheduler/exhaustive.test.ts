// Decisions against an exhaustive scheduler, on random clusters in which nodes and pods come, change and go. Seeds are
// run one after the other: GANTRY_SCHEDULER_SEEDS sets how many, GANTRY_SCHEDULER_SEED runs a single one again.
import test, { type ExecutionContext } from 'ava';
import { Trial } from './exhaustive-trial.ts';

const SEEDS = Number(process.env['GANTRY_SCHEDULER_SEEDS'] ?? 40);
const ONLY_SEED = process.env['GANTRY_SCHEDULER_SEED'];
/** Clusters of this many nodes are sampled; each costs the exhaustive one as much as fifty small ones. */
const LARGE_NODES = 240;
const LARGE_SEEDS = Math.ceil(SEEDS / 15);
/** Rounding of sums of floating-point numbers. */
const EPSILON = 1e-6;

function seedsUpTo(count: number): number[] {
  return ONLY_SEED === undefined ? Array.from({ length: count }, (_, seed) => seed) : [Number(ONLY_SEED)];
}

function lossesOf(
  t: ExecutionContext,
  seed: number,
  shape: { nodes: number; rounds: number; pods: number; priorities: readonly number[] },
): number[] {
  const it = new Trial(t, seed, shape);
  for (let round = 0; round < shape.rounds; round += 1) {
    it.offer(1 + ((seed + 3 * round) % shape.pods));
    it.decide();
    it.disturb();
  }
  return it.losses;
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, each) => sum + each, 0) / Math.max(1, numbers.length);

test('a pod is placed exactly when a node takes it, on a best one where all nodes are looked at', (t) => {
  for (const seed of seedsUpTo(SEEDS)) {
    const losses = lossesOf(t, seed, { nodes: 1 + (seed % 24), rounds: 6, pods: 9, priorities: [0] });
    t.true(
      losses.every((loss) => loss <= EPSILON),
      `seed ${seed}: a better node was passed over`,
    );
  }
});

test('with priorities, room is made where it does the least harm, and is held against others', (t) => {
  for (const seed of seedsUpTo(SEEDS)) {
    const shape = { nodes: 1 + (seed % 6), rounds: 12, pods: 9, priorities: [0, 0, 5, 10, 10] };
    const losses = lossesOf(t, seed, shape);
    t.true(losses.every((loss) => loss <= EPSILON));
  }
});

test('where a sample of the nodes is looked at, the score of the choice is within 2 % of the best on average', (t) => {
  const shape = { nodes: LARGE_NODES, rounds: 4, pods: 40, priorities: [0] };
  const losses = seedsUpTo(LARGE_SEEDS).flatMap((seed) => lossesOf(t, seed, shape));
  const loss = mean(losses);
  t.log(`${(100 * loss).toFixed(2)} % below the best of ${LARGE_NODES} nodes, mean of ${losses.length} pods`);
  t.true(loss <= 0.02);
});
