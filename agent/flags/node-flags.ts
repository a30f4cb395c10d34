// Flags on this node as a part of the agent: followed from the API, kept on disk, and evaluated for the node's pods at an
// address that they reach without leaving it.
import type { Client } from '@gantry/api/client';
import { EVALUATION_METRICS, EvaluationCounts } from '@gantry/api/flags/evaluation-counts';
import { sleep, type Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { metricHead, type MetricDescription } from '@gantry/kit/metric-description';
import { messageOf } from '@gantry/kit/operational-error';
import type { Random } from '@gantry/kit/random';
import { untilAborted } from '@gantry/kit/until-aborted';
import type { Machine } from '../machine/machine.ts';
import type { KnownFlags } from '../services/split-guard.ts';
import { followFlags, type FlagFollower } from './flag-follower.ts';
import { listenHttp, type HttpListener } from './http-listener.ts';
import { createOfrepServer } from './ofrep-server.ts';

export interface NodeFlagsDeps {
  clock: Clock;
  random: Random;
  logger: Logger;
  machine: Pick<Machine, 'checkpoint'>;
  client: Pick<Client, 'list' | 'watch'>;
  heartbeatIntervalMs: number;
  /** Where to listen. */
  address: string;
  /** Any that is free when 0. */
  port: number;
  /** How to listen; on a socket when absent. */
  listen?: typeof listenHttp | undefined;
  onListening?: ((port: number) => void) | undefined;
}

export interface NodeFlags {
  /** What is known; undefined on a node that evaluates none. */
  known: KnownFlags | undefined;
  /** Why nobody is answered; undefined when all is well, or the first tries are not over. */
  error: () => string | undefined;
  /** What was evaluated and refused here, in Prometheus' form; undefined where nothing is evaluated. */
  metricsText: () => string | undefined;
  /** The control plane has answered a heartbeat. */
  noteAnswer(): void;
  /** The control plane is back: asks again at once. */
  retryNow(): void;
  /** Serves until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

/** Of a node that evaluates none. */
export const NO_FLAGS: NodeFlags = {
  known: undefined,
  error: () => undefined,
  metricsText: () => undefined,
  noteAnswer: () => undefined,
  retryNow: () => undefined,
  run: () => Promise.resolve(),
};

/** Flags are STALE this long after the last sign of the control plane, or after so many heartbeats if that is longer. */
export const STALE_AFTER_MS = 5_000;
const STALE_AFTER_BEATS = 5;
/** The address is there only once the node leads to Services; another agent may have the port. */
const RETRY_MS = 1_000;
/** So long nothing is said. */
const QUIET_TRIES = 5;

export function createNodeFlags(deps: NodeFlagsDeps): NodeFlags {
  const { address, port, clock, logger, heartbeatIntervalMs, listen: listenAt = listenHttp } = deps;
  let fault: string | undefined;
  const listeners = new Set<() => void>();
  const tell = (): void => listeners.forEach((listener) => listener());
  const follower = followFlags({
    ...{ ...deps, checkpoint: deps.machine.checkpoint('flags') },
    staleAfterMs: Math.max(STALE_AFTER_MS, heartbeatIntervalMs * STALE_AFTER_BEATS),
    onChange(namespace) {
      server.changed(namespace);
      tell();
    },
    onWhole: tell,
  });
  const evaluations = new EvaluationCounts();
  const refused = { requests: 0, streams: 0 };
  const server = createOfrepServer({
    ...{ ...deps, follower, evaluations },
    onLimit: (what) => (refused[what] += 1),
  });
  const listen = async (signal: AbortSignal): Promise<HttpListener | undefined> => {
    for (let tries = 1; !signal.aborted; tries += 1) {
      try {
        const listener = await listenAt({ address, port }, (request, response) =>
          server.handle(request, response),
        );
        fault = undefined;
        return listener;
      } catch (error) {
        const text = `flags are not evaluated at ${address}:${port}: ${messageOf(error)}`;
        if (tries > QUIET_TRIES && fault !== text)
          logger.warn('flags are not evaluated here yet', { address, port, error: messageOf(error) });
        if (tries > QUIET_TRIES) fault = text;
        await sleep(clock, RETRY_MS, signal).catch(() => undefined);
      }
    }
    return undefined;
  };
  const serve = async (signal: AbortSignal): Promise<void> => {
    const listener = await listen(signal);
    if (listener === undefined) return;
    logger.info('flags are evaluated', { address, port: listener.port });
    deps.onListening?.(listener.port);
    await untilAborted(new Promise<never>(() => undefined), signal).catch(() => undefined);
    server.close();
    await listener.close();
  };
  return {
    known: knownFrom(follower, listeners),
    error: () => fault,
    metricsText: () => `${evaluations.text()}${refusedText(refused)}`,
    noteAnswer: () => follower.noteAnswer(),
    retryNow: () => follower.retryNow(),
    async run(signal) {
      await Promise.all([follower.run(signal), serve(signal)]);
    },
  };
}

function knownFrom(follower: FlagFollower, listeners: Set<() => void>): KnownFlags {
  return {
    flags: (namespace) => follower.flags(namespace),
    nextMomentMs: (namespace) => follower.nextMomentMs(namespace),
    onChange: (listener) => void listeners.add(listener),
  };
}

const REFUSED: MetricDescription = {
  ...{ name: 'gantry_flag_requests_refused_total', type: 'counter', labels: ['what'] },
  help: 'Requests about flags that were refused: too many were under way.',
};
/** What {@link NodeFlags.metricsText} tells. */
export const NODE_FLAG_METRICS: readonly MetricDescription[] = [...EVALUATION_METRICS, REFUSED];

function refusedText(refused: Readonly<Record<string, number>>): string {
  const lines = Object.entries(refused).map(([what, count]) => `${REFUSED.name}{what="${what}"} ${count}\n`);
  return `${metricHead(REFUSED)}${lines.join('')}`;
}
