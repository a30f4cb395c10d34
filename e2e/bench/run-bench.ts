// `make bench`: measures every promised figure beside its reference and prints one table.
//   node e2e/dist/bench/run-bench.js [--quick] [--markdown FILE] [bench…]
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { messageOf } from '@gantry/kit/operational-error';
import { prepareMachine } from '../prepared-machine.ts';
import { startLocalWorld, type LocalWorld } from '../cluster/local-world.ts';
import { agentKill, controlPlaneKill } from './crash.ts';
import { applyUnchanged } from './apply-unchanged.ts';
import type { Bench, Workbench } from './bench.ts';
import { startBenchEngine } from './bench-engine.ts';
import { renderTable, replaceReport, type Figure } from './figure.ts';
import { flags } from './flags/flags.ts';
import { dashboard } from './dashboard/dashboard.ts';
import { footprint } from './footprint.ts';
import { hollowLoad } from './hollow-load.ts';
import { machineLine } from './machine-line.ts';
import { orFailure } from './or-failure.ts';
import { read } from './read.ts';
import { idleHour, idleReleases, releases, releaseSwitch } from './releases/releases.ts';
import { restart } from './restart.ts';
import { start20 } from './start-20.ts';
import { endpointChange } from './traffic/endpoint-change.ts';
import { hostLoss } from './traffic/host-loss.ts';
import { manyServices } from './traffic/many-services.ts';
import { outage } from './traffic/outage.ts';
import { throughput } from './traffic/throughput.ts';
import { updateUnderLoad } from './traffic/update.ts';

const BENCHES: readonly Bench[] = [
  footprint,
  start20,
  applyUnchanged,
  restart,
  controlPlaneKill,
  agentKill,
  read,
  updateUnderLoad,
  throughput,
  endpointChange,
  manyServices,
  outage,
  hostLoss,
  flags,
  releases,
  releaseSwitch,
  idleReleases,
  hollowLoad,
  idleHour,
  dashboard,
];

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, markdown: { type: 'string' } },
    allowPositionals: true,
  });
  const chosen = choose(positionals);
  const [loadBefore = 0] = loadavg();
  const prepared = await prepareMachine();
  if (!prepared.ok) throw new Error(`this machine cannot be prepared:\n${prepared.words}`);
  Object.assign(process.env, prepared.env);
  const engine = await startBenchEngine();
  const worlds = new Set<LocalWorld>();
  let isStopping = false;
  process.env['DOCKER_HOST'] = `unix://${engine.socketPath}`;
  const workbench: Workbench = {
    engine,
    quick: values.quick,
    say: (sentence) => process.stdout.write(`  ${sentence}\n`),
    openWorld: async (options = {}) => {
      if (isStopping) throw new Error('the run was told to stop');
      const world = await startLocalWorld({ ...options, unsafeNoFsync: false });
      worlds.add(world);
      return world;
    },
  };
  const stopAll = async (): Promise<void> => {
    isStopping = true;
    for (const world of worlds) await world.stop();
    await engine.stop();
    await prepared.release();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stopAll().finally(() => process.exit(130)));
  }
  try {
    const figures = await measureAll(chosen, workbench);
    const report = `${machineLine(loadBefore)}\n\n${renderTable(figures)}\n`;
    process.stdout.write(`\n${report}`);
    if (values.markdown !== undefined) {
      writeFileSync(
        values.markdown,
        replaceReport(readFileSync(values.markdown, 'utf8'), report, 'make bench'),
      );
    }
  } finally {
    await stopAll();
  }
}

function choose(names: readonly string[]): readonly Bench[] {
  const unknown = names.filter((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `no bench ${unknown.join(', ')}; there are ${BENCHES.map(({ name }) => name).join(', ')}`,
    );
  }
  return names.length === 0 ? BENCHES : BENCHES.filter(({ name }) => names.includes(name));
}

async function measureAll(benches: readonly Bench[], workbench: Workbench): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const bench of benches) {
    process.stdout.write(`${bench.name} …\n`);
    const found = await orFailure(bench.name, () => bench.run(workbench));
    for (const { what, measured } of found) workbench.say(`${what}: ${measured}`);
    figures.push(...found);
  }
  return figures;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
}
process.exit();
