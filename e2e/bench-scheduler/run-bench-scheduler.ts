// `make bench-scheduler`: the workloads of kube-scheduler's own benchmark, decided in memory and bound in a real etcd.
//   node e2e/dist/bench-scheduler/run-bench-scheduler.js [--nodes 1000,5000] [--way memory|durable] [--minutes 6]
//     [--markdown FILE] [shape…]
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { messageOf } from '@gantry/kit/operational-error';
import { renderTable, replaceReport, type Figure } from '../bench/figure.ts';
import { machineLine } from '../bench/machine-line.ts';
import { measureDurable } from './durable.ts';
import { measureInMemory } from './in-memory.ts';
import type { Run } from './scheduling-figure.ts';
import { missingFigure, rateFigure, thoroughFigure } from './scheduling-figure.ts';
import { SHAPES } from './shapes.ts';

const NODES_MAX = 20_000;

interface Options {
  runs: readonly Run[];
  minutes: number;
  markdown: string | undefined;
}

function readOptions(): Options {
  const { values, positionals } = parseArgs({
    options: {
      nodes: { type: 'string', default: '1000,5000' },
      way: { type: 'string' },
      minutes: { type: 'string', default: '6' },
      markdown: { type: 'string' },
    },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !SHAPES.some((shape) => shape.name === name));
  if (unknown.length > 0) {
    throw new Error(`no shape ${unknown.join(', ')}; there are ${SHAPES.map(({ name }) => name).join(', ')}`);
  }
  const ways = (['memory', 'durable'] as const).filter((way) => (values.way ?? way) === way);
  if (ways.length === 0) throw new Error('--way is memory or durable');
  const sizes = values.nodes.split(',').map(Number);
  if (!sizes.every((size) => Number.isInteger(size) && size > 0 && size <= NODES_MAX)) {
    throw new Error(`--nodes takes numbers of nodes up to ${NODES_MAX}, with commas between`);
  }
  const chosen = SHAPES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const runs = chosen.flatMap((shape) =>
    sizes.flatMap((nodes) => {
      const pods = shape.build(nodes).measured.length;
      return ways.map((way) => ({ shape, nodes, pods, way }));
    }),
  );
  return { runs, minutes: Number(values.minutes), markdown: values.markdown };
}

async function measure(run: Run): Promise<Figure[]> {
  const workload = run.shape.build(run.nodes);
  if (run.way === 'memory') {
    // A scheduler decides all day: what is not compiled yet is not what is asked for.
    measureInMemory(run.shape.build(run.nodes));
    return [rateFigure(run, measureInMemory(workload))];
  }
  const measured = await measureDurable(workload, run.shape.thorough ?? false);
  return [rateFigure(run, measured), ...thoroughFigure(run, measured)];
}

/** With how busy the machine was, with us and others, in the minute up to the end of the run. */
function withLoad(figure: Figure): Figure {
  const [load = 0] = loadavg();
  return { ...figure, measured: `${figure.measured}; load ${load.toFixed(1)}` };
}

/** A run that fails, or for which no time is left, costs its own row only. */
async function measureAll({ runs, minutes }: Options): Promise<Figure[]> {
  const endMs = performance.now() + minutes * 60_000;
  const figures: Figure[] = [];
  for (const run of runs) {
    try {
      if (performance.now() > endMs) throw new Error(`the ${minutes} minutes are up (--minutes)`);
      figures.push(...(await measure(run)).map(withLoad));
    } catch (error) {
      process.exitCode = 1;
      figures.push(missingFigure(run, error instanceof Error ? error.message : String(error)));
    }
    const { what = '', measured = '' } = figures.at(-1) ?? {};
    process.stdout.write(`${what}: ${measured}\n`);
  }
  return figures;
}

async function main(): Promise<void> {
  const options = readOptions();
  const [loadBefore = 0] = loadavg();
  const report = `${machineLine(loadBefore)}\n\n${renderTable(await measureAll(options))}\n`;
  process.stdout.write(`\n${report}`);
  if (options.markdown === undefined) return;
  const document = readFileSync(options.markdown, 'utf8');
  writeFileSync(options.markdown, replaceReport(document, report, 'make bench-scheduler'));
}

main()
  .catch((error: unknown) => {
    console.error(messageOf(error));
    process.exitCode = 2;
  })
  .finally(() => {
    process.exit();
  });
