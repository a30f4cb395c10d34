// Runs all checks and tests of the repository and ends with the line `N passed, N failed`.
// With --unit: only what needs neither Docker nor etcd.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

async function run(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number; text: string }> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number>((resolve) => {
    child.on('error', () => {
      resolve(127);
    });
    child.on('close', (status) => {
      resolve(status ?? 1);
    });
  });
  return { code, text: Buffer.concat(chunks).toString('utf8') };
}

async function runGroup(group: Group, env: NodeJS.ProcessEnv): Promise<TapResult> {
  const startedMs = Date.now();
  const { code, text } = await run(group.command, env);
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

/** A folder that an engine still holds on to is no failure of a test; it is named. */
function removeHome(home: string): void {
  try {
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  } catch (error) {
    console.log(`left behind: ${home} (${(error as Error).message})`);
  }
}

async function main(): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'gantry-test-'));
  // What `gantry setup` fetches lies in the state folder.
  const path = `${join(home, 'bin')}:${process.env['PATH'] ?? ''}`;
  const env = { ...process.env, GANTRY_HOME: home, FORCE_COLOR: '0', PATH: path };
  const total = { passed: 0, failed: 0 };
  try {
    if (!unitOnly) {
      const setup = await run(['bin/gantry', 'setup'], env);
      console.log(setup.text.trim());
      if (setup.code !== 0) total.failed += 1;
    }
    for (const group of groups) {
      const result = await runGroup(group, env);
      total.passed += result.passed;
      total.failed += result.failed;
    }
  } finally {
    if (!unitOnly) await run(['bin/gantry', 'down'], env);
    removeHome(home);
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

process.exitCode = await main();
