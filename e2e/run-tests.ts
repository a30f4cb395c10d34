// Runs all checks and tests of the repository and ends with the line `N passed, N failed`.
// With --unit: only what needs neither Docker nor etcd.
import { prepareMachine, runProgram } from './prepared-machine.ts';
import { readTap, type TapResult } from './tap.ts';

interface Group {
  name: string;
  command: readonly string[];
  /** TAP output is counted test by test; any other command counts as one. */
  tap: boolean;
}

/** Tests that start real etcd, Docker or other programs say so in their name. */
const REAL = '**/*.real.test.ts';
const CLUSTER = 'e2e/cluster/**/*.test.ts';

const unitOnly = process.argv.includes('--unit');
const ava = (name: string, args: readonly string[]): Group => ({
  name,
  command: ['npx', 'ava', '--tap', ...args],
  tap: true,
});

const unit = ava('unit', [`!${REAL}`, `!${CLUSTER}`, '**/*.test.ts', '!**/dist/**']);
const groups: Group[] = unitOnly
  ? [unit]
  : [
      { name: 'format', command: ['npx', 'prettier', '--check', '--log-level', 'warn', '.'], tap: false },
      { name: 'lint', command: ['npx', 'eslint', '.'], tap: false },
      unit,
      ava('real etcd, Docker and clients', ['--concurrency=1', REAL, '!**/dist/**', `!${CLUSTER}`]),
      ava('whole cluster', ['--concurrency=1', '--timeout=5m', CLUSTER, '!**/dist/**']),
    ];

async function runGroup(group: Group, env: NodeJS.ProcessEnv): Promise<TapResult> {
  const startedMs = Date.now();
  const { code, text } = await runProgram(group.command, env);
  const result = group.tap
    ? readTap(text)
    : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, failures: [] };
  // A runner that fails without naming a test (a file that does not load, a crash) is a failure too.
  if (code !== 0 && result.failed === 0) result.failed += 1;
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(0);
  console.log(`${group.name}: ${result.passed} passed, ${result.failed} failed (${seconds} s)`);
  if (result.failed > 0)
    console.log(result.failures.length > 0 ? result.failures.join('\n') : text.slice(-8000));
  return result;
}

async function main(): Promise<number> {
  const machine = unitOnly ? undefined : await prepareMachine();
  if (machine !== undefined) console.log(machine.words);
  const total = { passed: 0, failed: machine?.ok === false ? 1 : 0 };
  try {
    for (const group of groups) {
      const result = await runGroup(group, machine?.env ?? { ...process.env, FORCE_COLOR: '0' });
      total.passed += result.passed;
      total.failed += result.failed;
    }
  } finally {
    await machine?.release();
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

process.exitCode = await main();
