// Serves the node's figures at an address of its own, over plain HTTP: for a Prometheus that reaches nodes and not the
// control plane. Whoever reaches the address may read; nothing else is there.
import { sleep, type Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import { untilAborted } from '@gantry/kit/until-aborted';
import { listenHttp, type HttpListener } from '../flags/http-listener.ts';

export interface MetricsListenerDeps {
  clock: Clock;
  logger: Logger;
  address: string;
  /** Any that is free when 0. */
  port: number;
  metrics(): Promise<string>;
  onListening?: (port: number) => void;
}

/** The address may be there only later; another agent may have the port. */
const RETRY_MS = 5_000;
/** Scrapes under way; more are refused. */
const SCRAPES_MAX = 4;
const TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** Serves `/metrics` until the signal is aborted. */
export async function serveMetrics(deps: MetricsListenerDeps, signal: AbortSignal): Promise<void> {
  const { clock, logger, address, port } = deps;
  let underWay = 0;
  const answer = async (path: string): Promise<readonly [code: number, text: string]> => {
    if (path.split('?')[0] !== '/metrics') return [404, 'figures are at /metrics\n'];
    if (underWay >= SCRAPES_MAX) return [503, 'too many scrapes are under way\n'];
    underWay += 1;
    try {
      return [200, await deps.metrics()];
    } catch (error) {
      return [500, `${messageOf(error)}\n`];
    } finally {
      underWay -= 1;
    }
  };
  const listen = async (): Promise<HttpListener | undefined> => {
    while (!signal.aborted) {
      try {
        return await listenHttp({ address, port }, (request, response) => {
          const path = request.method === 'GET' ? (request.url ?? '') : '';
          void answer(path).then(([code, text]) => {
            response.writeHead(code, { 'Content-Type': code === 200 ? TEXT : 'text/plain' }).end(text);
          });
        });
      } catch (error) {
        logger.warn('figures are not served here yet', { address, port, error: messageOf(error) });
        await sleep(clock, RETRY_MS, signal).catch(() => undefined);
      }
    }
    return undefined;
  };
  const listener = await listen();
  if (listener === undefined) return;
  logger.info('figures are served', { address, port: listener.port });
  deps.onListening?.(listener.port);
  await untilAborted(new Promise<never>(() => undefined), signal).catch(() => undefined);
  await listener.close();
}
