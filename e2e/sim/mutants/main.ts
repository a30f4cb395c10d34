// Proof that the simulation finds bugs: each deliberate fault is switched on by itself and has to be caught.
// `make sim-mutants [MUTANT=name] [SEEDS=500]`; `--threads N` of them at a time, `--markdown FILE` writes the table.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '@gantry/kit/operational-error';
import { MUTANTS } from './all-mutants.ts';
import { buildMutant } from './build-mutant.ts';
import { hunt, type Hunt, type HuntLimits } from './hunt.ts';
import type { Mutant } from './mutant.ts';

const SEEDS_MAX = 500;

interface Caught extends Hunt {
  mutant: Mutant;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      mutant: { type: 'string' },
      seeds: { type: 'string' },
      threads: { type: 'string' },
      markdown: { type: 'string' },
    },
  });
  const chosen = MUTANTS.filter(({ name }) => values.mutant === undefined || name === values.mutant);
  if (chosen.length === 0) {
    console.error(
      `No mutant "${values.mutant ?? ''}". There are: ${MUTANTS.map(({ name }) => name).join(', ')}`,
    );
    return 2;
  }
  const seedsMax = Number(values.seeds ?? SEEDS_MAX);
  const threads = Number(values.threads ?? availableParallelism());
  const results: Caught[] = [];
  for (const mutant of chosen) results.push(await tryMutant(mutant, { seedsMax, threads }));
  if (values.markdown !== undefined) writeFileSync(values.markdown, page(results, seedsMax));
  const missed = results.filter(({ caughtBy }) => caughtBy === undefined).length;
  console.log(`${results.length - missed} passed, ${missed} failed`);
  return missed === 0 ? 0 : 1;
}

/** The bundle lies in the repository, where it finds the packages that are not part of it. */
async function tryMutant(mutant: Mutant, limits: Omit<HuntLimits, 'needs'>): Promise<Caught> {
  const root = resolve('.');
  const folder = mkdtempSync(join(root, 'e2e', 'dist', 'mutant-'));
  try {
    const file = join(folder, 'sim.mjs');
    await buildMutant(root, mutant, file);
    const result = { mutant, ...(await hunt(file, { ...limits, needs: mutant.needs })) };
    console.log(line(result));
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function line({ mutant, runs, caughtBy }: Caught): string {
  const name = mutant.name.padEnd(34);
  if (caughtBy === undefined) return `${name} NOT caught in ${runs} runs: ${mutant.what}`;
  return `${name} seed ${String(caughtBy.seed).padEnd(4)} ${caughtBy.invariant}: ${caughtBy.seen.slice(0, 160)}`;
}

function page(results: readonly Caught[], seedsMax: number): string {
  const rows = results.map(
    ({ mutant, caughtBy }) =>
      `| \`${mutant.name}\` | ${mutant.what} | ${caughtBy === undefined ? `not within ${seedsMax} seeds` : `seed ${caughtBy.seed}`} | ${caughtBy === undefined ? '' : `\`${caughtBy.invariant}\``} |`,
  );
  return [
    '# Does the simulation find bugs?',
    '',
    'Each row is a deliberate fault in the product, one place of its source changed, switched on by itself. Seeds are',
    `run from 1 on, at most ${seedsMax}; the seed is the first that failed, and the invariant is the one that noticed.`,
    'Seeds whose plan cannot show a fault (no Rollout, where it is about Rollouts) are passed over.',
    'Written by `make sim-mutants ARGS="--markdown docs/simulation-mutants.md"`.',
    '',
    '| fault | what is wrong then | caught by | invariant |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 2;
  },
);
