// Runs all checks and tests of the repository and ends with the line `N passed, N failed`.
// With --unit: only what needs neither Docker nor etcd.
import { prepareMachine, runProgram } from './prepared-machine.ts';
import { createSlowFiles } from './slow-files.ts';
import { readClosingLine, readTap, type TapResult } from './tap.ts';

interface Group {
  name: string;
  command: readonly string[];
  /** TAP is counted test by test, a closing line `N passed, N failed` is believed; any other command counts as one. */
  counts: 'tap' | 'closing-line' | 'exit-code';
}

/** Tests that start real etcd, Docker or other programs say so in their name. */
const REAL = '**/*.real.test.js';
const CLUSTER = 'e2e/dist/cluster/**/*.test.js';
const COMPILED = '**/*.test.js';
/** Real tests that need etcd and clients, no Docker. */
const ETCD = ['control-plane/dist/**/*.real.test.js', 'kit/dist/**/*.real.test.js'];
/** Real tests that stay in network namespaces of their own: nobody else notices them. */
const NAMESPACES = [
  'agent/dist/service-proxy/**/*.real.test.js',
  'agent/dist/traffic-metrics/*.real.test.js',
];
/** Clusters whose hosts have namespaces and engines of their own; the other ones share the machine's. */
const HOSTS = [
  'e2e/dist/cluster/hosts/**/*.test.js',
  ...['hosts-scenarios', 'rollouts', 'traffic'].map((name) => `e2e/dist/cluster/${name}.test.js`),
];

const SLOWEST = 8;

const unitOnly = process.argv.includes('--unit');
const ava = (name: string, args: readonly string[]): Group => ({
  name,
  command: ['npx', 'ava', '--config', 'ava.built.config.js', '--tap', ...args],
  counts: 'tap',
});

const unit = ava('unit', [`!${REAL}`, `!${CLUSTER}`, COMPILED]);
/** Groups of one lane run one after the other. */
type Lane = readonly Group[];
/** Beside whole clusters, which mostly wait, one thread is to spare: what they leave of the processors. */
const SIMULATED = ['--seeds', '200', '--threads', '1', '--found', 'e2e/sim/seeds.txt'];
const simulation: Group = {
  name: 'simulation',
  command: ['nice', 'node', 'e2e/dist/bundle/sim/main.js', ...SIMULATED],
  counts: 'closing-line',
};
const checks: readonly Group[] = [
  {
    name: 'format',
    command: ['npx', 'prettier', '--check', '--log-level', 'warn', '.'],
    counts: 'exit-code',
  },
  { name: 'lint', command: ['npx', 'eslint', '.'], counts: 'exit-code' },
];
const except = (patterns: readonly string[]): string[] => patterns.map((pattern) => `!${pattern}`);
/** In one lane: networks that Docker makes and takes away break the connections of a browser beside it. */
const docker = ava('real Docker and browser', [
  ...['--concurrency=1', REAL, `!${CLUSTER}`],
  ...except([...ETCD, ...NAMESPACES]),
]);
const etcd = ava('real etcd and clients', ['--concurrency=1', ...ETCD]);
const proxies = ava('real proxies', ['--concurrency=1', ...NAMESPACES]);
const cluster = ava('whole cluster', ['--concurrency=1', '--timeout=5m', CLUSTER, ...except(HOSTS)]);
const hosts = ava('cluster on hosts of its own', ['--concurrency=1', '--timeout=5m', ...HOSTS]);
/** Lanes of one phase run side by side: those that compute beside those that mostly wait. */
const phases: readonly (readonly Lane[])[] = unitOnly
  ? [[[unit]]]
  : [[[unit]], [checks, [docker], [proxies, etcd]], [[cluster], [hosts], [simulation]]];

async function runGroup(group: Group, env: NodeJS.ProcessEnv): Promise<TapResult> {
  const startedMs = Date.now();
  const slow = createSlowFiles(startedMs);
  const { code, text } = await runProgram(group.command, env, (some) => slow.note(some, Date.now()));
  const result = resultOf(group, code, text);
  // A runner that fails without naming a test (a file that does not load, a crash) is a failure too.
  if (code !== 0 && result.failed === 0) result.failed += 1;
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(0);
  console.log(`${group.name}: ${result.passed} passed, ${result.failed} failed (${seconds} s)`);
  if (group.counts === 'tap') console.log(`  slowest: ${slow.worst(SLOWEST).join(', ')}`);
  if (result.failed > 0)
    console.log(result.failures.length > 0 ? result.failures.join('\n') : text.slice(-8000));
  return result;
}

function resultOf({ counts }: Group, code: number, text: string): TapResult {
  if (counts === 'tap') return readTap(text);
  const closing = counts === 'closing-line' ? readClosingLine(text) : undefined;
  return closing ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, failures: [] };
}

async function runLane(lane: Lane, env: NodeJS.ProcessEnv): Promise<TapResult[]> {
  const results: TapResult[] = [];
  for (const group of lane) results.push(await runGroup(group, env));
  return results;
}

async function main(): Promise<number> {
  const machine = unitOnly ? undefined : await prepareMachine();
  if (machine !== undefined) console.log(machine.words);
  const total = { passed: 0, failed: machine?.ok === false ? 1 : 0 };
  try {
    const env = machine?.env ?? { ...process.env, FORCE_COLOR: '0' };
    for (const lanes of phases) {
      const results = (await Promise.all(lanes.map((lane) => runLane(lane, env)))).flat();
      for (const { passed, failed } of results) {
        total.passed += passed;
        total.failed += failed;
      }
    }
  } finally {
    await machine?.release();
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

process.exitCode = await main();
