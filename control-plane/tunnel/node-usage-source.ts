// Asks every connected node for its figures: the source of `top`. A node that does not answer in time is left out.
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { Clock } from '@gantry/kit/clock';
import { onAbort } from '@gantry/kit/on-abort';
import type { TunnelResult } from '@gantry/kit/tunnel/frame';
import { withinTime } from '@gantry/kit/within-time';
import type { CacheReader } from '../cache/cache.ts';
import type { NodeUsage, PodUsage, UsageSource } from '../server/usage-source.ts';
import type { Tunnels } from './tunnel-registry.ts';

const ANSWER_TIMEOUT_MS = 3000;
/** Agents average CPU between two questions or over their own sampling interval; told as a round figure. */
const WINDOW_MS = 10_000;

interface NodeFigures {
  node: { cpuMilli: number; memoryBytes: number; atMs: number };
  containers: { podUid: string; name: string; cpuMilli: number; memoryBytes: number; atMs: number }[];
}

export interface UsageSourceDeps {
  tunnels: Pick<Tunnels, 'open' | 'connectedNodes'>;
  cache: CacheReader;
  clock: Clock;
}

/** A {@link UsageSource} over the tunnels. */
export function createUsageSource(deps: UsageSourceDeps): UsageSource {
  return {
    async nodes(signal) {
      const all = await askAll(deps, signal);
      return all.map(([node, figures]): NodeUsage => ({ node, ...figures.node, windowMs: WINDOW_MS }));
    },
    async pods(namespace, signal) {
      const all = await askAll(deps, signal);
      const byUid = new Map<string, NodeFigures['containers']>();
      for (const container of all.flatMap(([, figures]) => figures.containers)) {
        const known = byUid.get(container.podUid);
        if (known === undefined) byUid.set(container.podUid, [container]);
        else known.push(container);
      }
      const pods = deps.cache.list<Pod>(podKind, namespace === '' ? undefined : namespace);
      return pods.flatMap((pod) => podUsage(pod, byUid.get(pod.metadata.uid ?? '')));
    },
  };
}

function podUsage(pod: Pod, containers: NodeFigures['containers'] | undefined): PodUsage[] {
  if (containers === undefined || containers.length === 0) return [];
  return [
    {
      namespace: pod.metadata.namespace ?? '',
      name: pod.metadata.name ?? '',
      atMs: Math.max(...containers.map(({ atMs }) => atMs)),
      windowMs: WINDOW_MS,
      containers: containers.map(({ name, cpuMilli, memoryBytes }) => ({ name, cpuMilli, memoryBytes })),
    },
  ];
}

async function askAll(
  { tunnels, clock }: UsageSourceDeps,
  signal: AbortSignal,
): Promise<[string, NodeFigures][]> {
  const answers = await withinTime({ clock, timeoutMs: ANSWER_TIMEOUT_MS, signal }, (bounded) =>
    Promise.all(
      tunnels.connectedNodes().map(async (node) => {
        const result = await ask(tunnels, node, bounded);
        return result.ok ? [[node, result.value as NodeFigures] as [string, NodeFigures]] : [];
      }),
    ),
  );
  return answers.flat();
}

function ask(tunnels: UsageSourceDeps['tunnels'], node: string, signal: AbortSignal): Promise<TunnelResult> {
  return new Promise((resolve) => {
    const stream = tunnels.open(node, { kind: 'usage' });
    const giveUp = (): void => {
      stream.cancel();
      resolve({ ok: false, code: 'timeout', message: 'no answer in time' });
    };
    if (signal.aborted) return giveUp();
    const forget = onAbort(signal, giveUp);
    stream.listener = {
      onResult: (result) => {
        forget();
        resolve(result);
      },
    };
  });
}
