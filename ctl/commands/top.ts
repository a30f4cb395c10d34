// `gantry top`: CPU and memory in use, by node or by pod; traffic by Service.
import type { Command } from 'commander';
import { nodeKind } from '@gantry/api/kinds/node';
import { bytesOf, cpuMilliOf } from '@gantry/api/quantity';
import { getJson } from '../api-request.ts';
import type { CommandContext } from '../command.ts';
import { alignColumns } from '../print/aligned.ts';
import { topServices, type TopServicesFlags } from '../top/top-services.ts';

interface NodeMetrics {
  metadata: { name: string };
  usage: { cpu: string; memory: string };
}

interface PodMetrics {
  metadata: { name: string; namespace: string };
  containers: { name: string; usage: { cpu: string; memory: string } }[];
}

const METRICS = '/apis/metrics.k8s.io/v1beta1';
const MIB = 1024 ** 2;

export function registerTop(program: Command, context: CommandContext): void {
  const top = program.command('top').description('Show CPU, memory and traffic');
  top
    .command('nodes')
    .alias('node')
    .description('By node')
    .action(() => topNodes(context));
  top
    .command('pods')
    .alias('pod')
    .description('By pod')
    .option('-A, --all-namespaces', 'of all namespaces')
    .option('--containers', 'by container')
    .option('-l, --selector <labels>', 'pods with these labels')
    .action((flags: { allNamespaces?: boolean; containers?: boolean; selector?: string }) =>
      topPods(context, flags),
    );
  top
    .command('services [name]')
    .aliases(['service', 'svc'])
    .description('Traffic by Service and revision, of all nodes')
    .option('-A, --all-namespaces', 'of all namespaces')
    .option('--interval <duration>', 'how long to count', '1s')
    .option('-l, --selector <labels>', 'Services with these labels')
    .action((name: string | undefined, flags: TopServicesFlags) => topServices(context, name, flags));
}

async function topNodes(context: CommandContext): Promise<void> {
  const connection = await context.connect();
  const { items } = await getJson<{ items: NodeMetrics[] }>(connection, `${METRICS}/nodes`);
  const nodes = await connection.client.list(nodeKind);
  const rows = items.map(({ metadata, usage }) => {
    const allocatable = nodes.items.find((node) => node.metadata.name === metadata.name)?.status?.allocatable;
    const [cpu, memory] = [cpuMilliOf(usage.cpu) ?? 0, bytesOf(usage.memory) ?? 0];
    return [
      metadata.name,
      `${cpu}m`,
      share(cpu, cpuMilliOf(allocatable?.['cpu'] ?? '')),
      `${Math.round(memory / MIB)}Mi`,
      share(memory, bytesOf(allocatable?.['memory'] ?? '')),
    ];
  });
  context.io.out(alignColumns([['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)'], ...rows]));
}

function share(used: number, all: number | undefined): string {
  return all === undefined || all === 0 ? '<unknown>' : `${Math.round((100 * used) / all)}%`;
}

async function topPods(
  context: CommandContext,
  flags: { allNamespaces?: boolean; containers?: boolean; selector?: string },
): Promise<void> {
  const connection = await context.connect();
  const all = flags.allNamespaces === true;
  const query = flags.selector === undefined ? '' : `?labelSelector=${encodeURIComponent(flags.selector)}`;
  const path = all
    ? `${METRICS}/pods${query}`
    : `${METRICS}/namespaces/${encodeURIComponent(connection.namespace)}/pods${query}`;
  const { items } = await getJson<{ items: PodMetrics[] }>(connection, path);
  if (items.length === 0) {
    context.io.err('No figures yet: nodes report them from a few seconds after a pod has started.\n');
    return;
  }
  const rows = items.flatMap((pod) =>
    rowsOf(pod, flags.containers ?? false).map((row) => (all ? [pod.metadata.namespace, ...row] : row)),
  );
  const head = [
    ...(all ? ['NAMESPACE'] : []),
    'POD',
    ...(flags.containers === true ? ['NAME'] : []),
    'CPU(cores)',
    'MEMORY(bytes)',
  ];
  context.io.out(alignColumns([head, ...rows]));
}

function rowsOf(pod: PodMetrics, byContainer: boolean): string[][] {
  const figures = pod.containers.map(({ name, usage }) => ({
    name,
    cpu: cpuMilliOf(usage.cpu) ?? 0,
    memory: bytesOf(usage.memory) ?? 0,
  }));
  const text = (cpu: number, memory: number): string[] => [`${cpu}m`, `${Math.round(memory / MIB)}Mi`];
  if (byContainer)
    return figures.map(({ name, cpu, memory }) => [pod.metadata.name, name, ...text(cpu, memory)]);
  const sum = (of: (figure: (typeof figures)[number]) => number): number =>
    figures.reduce((total, figure) => total + of(figure), 0);
  return [
    [
      pod.metadata.name,
      ...text(
        sum(({ cpu }) => cpu),
        sum(({ memory }) => memory),
      ),
    ],
  ];
}
