// The statistics: against published values, exact sums, and what they promise when looked at again and again.
import test from 'ava';
import fc from 'fast-check';
import { seededRandom } from '@gantry/kit/random';
import { kayentaVerdict, mannWhitney, shiftOf, type Weighted } from './mann-whitney.ts';
import { normalAbove, normalQuantile } from './normal.ts';
import {
  alwaysValidP,
  evidenceNow,
  NO_EVIDENCE,
  ODDS_RATIOS,
  withInterval,
  type Evidence,
} from './sequential.ts';

const sample = (values: readonly number[]): Weighted[] => values.map((value) => ({ value, weight: 1 }));
const near = (actual: number, expected: number, by: number): boolean => Math.abs(actual - expected) <= by;

test('the normal distribution: tables', (t) => {
  for (const [share, z] of [
    [0.975, 1.959963985],
    [0.99, 2.326347874],
    [0.5, 0],
    [0.001, -3.090232306],
  ] as const) {
    t.true(near(normalQuantile(share), z, 1e-8), `${share}: ${normalQuantile(share)}`);
    t.true(near(normalAbove(z), 1 - share, 1e-7));
  }
});

test('U and p: the examples of SciPy and of Hollander and Wolfe', (t) => {
  // scipy.stats.mannwhitneyu's own example: U = 17, asymptotic p = 0.11134688653314041.
  const scipy = mannWhitney(sample([19, 22, 16, 29, 24]), sample([20, 11, 17, 12]));
  t.is(scipy.u, 17);
  t.true(near(scipy.pValue, 0.11134688653314041, 1e-6), String(scipy.pValue));
  // Hollander and Wolfe (1973), p. 69, as in R's wilcox.test: W = 35.
  const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
  const early = [1.15, 0.88, 0.9, 0.74, 1.21];
  const permeability = mannWhitney(sample(term), sample(early));
  t.is(permeability.u, 35);
  t.true(near(permeability.pValue, 0.2446, 5e-4), String(permeability.pValue));
  // The distance is the median of all differences.
  const differences = term.flatMap((a) => early.map((b) => a - b)).sort((a, b) => a - b);
  const median = ((differences[24] ?? 0) + (differences[25] ?? 0)) / 2;
  const shift = shiftOf(sample(term), sample(early), 0.95);
  t.true(
    shift.estimate >= (differences[24] ?? 0) - 1e-6 && shift.estimate <= (differences[25] ?? 0) + 1e-6,
    String(median),
  );
  // R's exact interval of this example is (-0.15, 0.76).
  t.true(near(shift.lower, -0.15, 0.02) && near(shift.upper, 0.76, 0.02), JSON.stringify(shift));
});

test('weights are repetitions, and a sample against itself lies at no distance', (t) => {
  const values = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 30 });
  const grouped = (list: readonly number[]): Weighted[] =>
    [...new Set(list)].map((value) => ({ value, weight: list.filter((other) => other === value).length }));
  fc.assert(
    fc.property(values, values, (a, b) => {
      const [one, two] = [mannWhitney(sample(a), sample(b)), mannWhitney(grouped(a), grouped(b))];
      const back = mannWhitney(sample(b), sample(a));
      return (
        one.u === two.u &&
        near(one.pValue, two.pValue, 1e-12) &&
        near(one.u + back.u, a.length * b.length, 1e-9) &&
        kayentaVerdict(sample(a), sample(a)).verdict === 'pass'
      );
    }),
  );
  t.pass();
});

test('as Kayenta: much slower is high, much faster low, a little is passed', (t) => {
  const control = sample(Array.from({ length: 60 }, (_, at) => 10 + (at % 7)));
  const moved = (by: number): Weighted[] =>
    control.map(({ value, weight }) => ({ value: value + by, weight }));
  t.is(kayentaVerdict(moved(20), control).verdict, 'high');
  t.is(kayentaVerdict(moved(-8), control).verdict, 'low');
  t.is(kayentaVerdict(control, control).verdict, 'pass');
  t.is(kayentaVerdict(sample([5]), sample([5])).verdict, 'pass');
  t.true(near(kayentaVerdict(moved(20), control).estimate, 20, 1e-6));
});

test('one interval is the ratio of Fisher and hypergeometric likelihoods', (t) => {
  // Two requests on each side, two failures, both at the canary: 1/6 when alike, r^2 / (1 + 4 r + r^2) at odds ratio r.
  const evidence = withInterval(NO_EVIDENCE, { requests: 2, failures: 2 }, { requests: 2, failures: 0 });
  ODDS_RATIOS.forEach((ratio, at) => {
    const expected = (6 * ratio ** 2) / (1 + 4 * ratio + ratio ** 2);
    t.true(near(Math.exp(evidence.logs[at] ?? 0), expected, 1e-9 * expected));
  });
  const none = withInterval(NO_EVIDENCE, { requests: 10, failures: 0 }, { requests: 10, failures: 0 });
  t.is(none, NO_EVIDENCE);
});

test('evidence is 1 on average when both sides fail alike: exactly, over all outcomes', (t) => {
  const choose = (n: number, k: number): number => {
    let ways = 1;
    for (let at = 0; at < k; at += 1) ways = (ways * (n - at)) / (at + 1);
    return ways;
  };
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 60 }),
      fc.nat(20),
      (canary, baseline, wanted) => {
        const failures = Math.min(wanted, canary + baseline);
        let mean = 0;
        for (let x = Math.max(0, failures - baseline); x <= Math.min(canary, failures); x += 1) {
          const chance =
            (choose(canary, x) * choose(baseline, failures - x)) / choose(canary + baseline, failures);
          const seen = withInterval(
            NO_EVIDENCE,
            { requests: canary, failures: x },
            { requests: baseline, failures: failures - x },
          );
          mean += chance * evidenceNow(seen);
        }
        return near(mean, 1, 1e-9);
      },
    ),
  );
  t.pass();
});

interface Trial {
  canaryRate: number;
  baselineRate: number;
  canaryShare: number;
  perLook: number;
  looks: number;
}

/** Requests of both sides until the canary is called worse; undefined when it never is. */
function requestsUntilWorse(trial: Trial, alpha: number, random: () => number): number | undefined {
  let evidence: Evidence = NO_EVIDENCE;
  const side = (requests: number, rate: number) => {
    let failures = 0;
    for (let at = 0; at < requests; at += 1) if (random() < rate) failures += 1;
    return { requests, failures };
  };
  const canary = Math.round(trial.perLook * trial.canaryShare);
  for (let look = 1; look <= trial.looks; look += 1) {
    evidence = withInterval(
      evidence,
      side(canary, trial.canaryRate),
      side(trial.perLook - canary, trial.baselineRate),
    );
    if (alwaysValidP(evidence) <= alpha) return look * trial.perLook;
  }
  return undefined;
}

test('10,000 runs of two equal sides, looked at 50 times each: no more false alarms than alpha', (t) => {
  const source = seededRandom(2026);
  const random = (): number => source.next();
  const RUNS = 10_000;
  const sides = [
    { rate: 0.002, canaryShare: 0.2 },
    { rate: 0.02, canaryShare: 0.1 },
    { rate: 0.2, canaryShare: 0.5 },
    { rate: 0.6, canaryShare: 0.3 },
  ];
  const alarms = new Map([0.01, 0.05, 0.2].map((alpha) => [alpha, 0]));
  for (let run = 0; run < RUNS; run += 1) {
    const { rate, canaryShare } = sides[run % sides.length] ?? { rate: 0, canaryShare: 0 };
    let evidence: Evidence = NO_EVIDENCE;
    const count = (requests: number): number => {
      let failures = 0;
      for (let at = 0; at < requests; at += 1) if (random() < rate) failures += 1;
      return failures;
    };
    const canary = Math.round(40 * canaryShare);
    for (let look = 0; look < 50; look += 1)
      evidence = withInterval(
        evidence,
        { requests: canary, failures: count(canary) },
        { requests: 40 - canary, failures: count(40 - canary) },
      );
    for (const [alpha, seen] of alarms) if (alwaysValidP(evidence) <= alpha) alarms.set(alpha, seen + 1);
  }
  for (const [alpha, seen] of alarms) {
    t.log(`alpha ${alpha}: ${seen} false alarms in ${RUNS} runs (${((100 * seen) / RUNS).toFixed(2)} %)`);
    t.true(seen / RUNS <= alpha);
  }
});

test('power against one more failure in a hundred requests', (t) => {
  const source = seededRandom(7);
  const random = (): number => source.next();
  const RUNS = 200;
  for (const [baselineRate, canaryShare, atLeast] of [
    [0, 0.2, 1],
    [0.01, 0.2, 0.9],
    [0.05, 0.5, 0.6],
  ] as const) {
    const trial = { baselineRate, canaryRate: baselineRate + 0.01, canaryShare, perLook: 200, looks: 100 };
    const found = Array.from({ length: RUNS }, () => requestsUntilWorse(trial, 0.05, random))
      .filter((requests) => requests !== undefined)
      .sort((a, b) => a - b);
    const power = found.length / RUNS;
    const median = found[Math.floor(RUNS / 2)];
    t.log(
      `${100 * baselineRate} % -> ${100 * baselineRate + 1} %, canary has ${100 * canaryShare} %: found in ${100 * power} % of runs of 20,000 requests, half of them after ${median ?? 'more'}`,
    );
    t.true(power >= atLeast, String(power));
  }
  const broken = { baselineRate: 0.01, canaryRate: 0.5, canaryShare: 0.2, perLook: 50, looks: 100 };
  const soon = Array.from({ length: RUNS }, () => requestsUntilWorse(broken, 0.05, random) ?? Infinity).sort(
    (a, b) => a - b,
  );
  t.log(`half of its requests fail, 50 a look: p95 after ${soon[Math.floor(0.95 * RUNS)] ?? 0} requests`);
  t.true((soon[Math.floor(0.95 * RUNS)] ?? Infinity) <= 150);
});
