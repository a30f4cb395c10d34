// Asks every connected node what went through its Services, again and again and when somebody wants to know, and keeps
// the sums. A node that is silent counts as before.
import { serviceKind } from '@gantry/api/kinds/service';
import { readTrafficReport } from '@gantry/api/service-traffic';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { CacheReader } from '../cache/cache.ts';
import type { TrafficSource } from '../server/traffic-source.ts';
import { askNode } from '../tunnel/ask-node.ts';
import type { Tunnels } from '../tunnel/tunnel-registry.ts';
import { TrafficTotals } from './traffic-totals.ts';

export interface TrafficSourceDeps {
  tunnels: Pick<Tunnels, 'open' | 'connectedNodes'>;
  cache: Pick<CacheReader, 'get'>;
  clock: Clock;
  logger: Logger;
}

/** What a restart of an agent takes with it at most. */
const ASK_EVERY_MS = 15_000;

/** Asks from now on until `close`. */
export function createTrafficSource(deps: TrafficSourceDeps): TrafficSource & { close(): void } {
  const totals = new TrafficTotals();
  const end = new AbortController();
  let round: Promise<void> | undefined;
  /** Those that want to know at the same time share the answers. */
  const ask = (): Promise<void> =>
    (round ??= askAll(deps, totals, end.signal).finally(() => (round = undefined)));
  let cancel: () => void = () => undefined;
  const askOften = (): void => {
    cancel = deps.clock.schedule(ASK_EVERY_MS, () => {
      void ask().then(() => {
        if (!end.signal.aborted) askOften();
      });
    });
  };
  askOften();
  return {
    async sums() {
      await ask();
      return { sums: totals.sums(), atMs: deps.clock.nowMs() };
    },
    nodeMetrics: (node, signal) => askNode(deps, node, { kind: 'metrics' }, signal),
    surplus: () => totals.surplus,
    close() {
      cancel();
      end.abort(new Error('the control plane stops'));
    },
  };
}

/** Never rejects. */
async function askAll(deps: TrafficSourceDeps, totals: TrafficTotals, signal: AbortSignal): Promise<void> {
  const isKnown = (service: string): boolean => {
    const [namespace = '', name = ''] = service.split('/');
    return deps.cache.get(serviceKind, { namespace, name }) !== undefined;
  };
  await Promise.all(
    deps.tunnels.connectedNodes().map(async (node) => {
      try {
        const report = readTrafficReport(JSON.parse(await askNode(deps, node, { kind: 'traffic' }, signal)));
        if (report !== undefined) totals.merge(node, report, isKnown);
      } catch (error) {
        deps.logger.debug('a node does not tell its traffic', { node, error: messageOf(error) });
      }
    }),
  );
  totals.retain(isKnown);
}
