// The topic of usage: CPU and memory of nodes and pods.
import { StatusError } from '@gantry/api/status-error';
import type { ServerDeps } from '../deps.ts';
import type { PodUsage, UsageSource } from '../usage-source.ts';
import { METRICS } from '../virtual-resources.ts';
import { authorizeList } from './authorize-list.ts';
import { USAGE_EVERY_MS } from './live-limits.ts';
import type { Reading, Topic } from './topics.ts';

const PATH = '/gantry/v1/live/usage';

/** The topic, if there is a source. */
export function usageTopic(deps: Pick<ServerDeps, 'usage' | 'security' | 'clock'>): Topic[] {
  const { usage, clock } = deps;
  if (usage === undefined) return [];
  return [
    {
      path: PATH,
      everyMs: USAGE_EVERY_MS,
      reading(user, query) {
        const namespace = query.get('namespace') ?? '';
        const listed = (resource: string, within: string): void => {
          authorizeList(deps.security, user, { ...METRICS, resource }, within);
        };
        listed('pods', namespace);
        const withNodes = isAllowed(() => {
          listed('nodes', '');
        });
        const read = (): Reading => async (signal) => ({
          type: 'USAGE',
          object: await usageOf(usage, namespace, withNodes, clock.nowMs(), signal),
        });
        return { name: `${namespace} ${withNodes ? 'nodes' : ''}`, read };
      },
    },
  ];
}

function isAllowed(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof StatusError && error.status.code === 403) return false;
    throw error;
  }
}

async function usageOf(
  usage: UsageSource,
  namespace: string,
  withNodes: boolean,
  atMs: number,
  signal: AbortSignal,
): Promise<object> {
  const [nodes, pods] = await Promise.all([
    withNodes ? usage.nodes(signal) : [],
    usage.pods(namespace, signal),
  ]);
  return {
    at: new Date(atMs).toISOString(),
    nodes: nodes.map(({ node, cpuMilli, memoryBytes }) => ({ name: node, cpuMilli, memoryBytes })),
    pods: pods.map(podFigures),
  };
}

function podFigures({ namespace, name, containers }: PodUsage): object {
  const sum = (figure: 'cpuMilli' | 'memoryBytes'): number =>
    containers.reduce((total, container) => total + container[figure], 0);
  return { namespace, name, cpuMilli: sum('cpuMilli'), memoryBytes: sum('memoryBytes') };
}
