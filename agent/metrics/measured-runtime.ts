// A runtime whose short operations are timed and whose failures are counted. What lasts as long as its user wants (logs,
// exec, attach, connections, events) passes through.
import type { Clock } from '@gantry/kit/clock';
import { codeOf } from '@gantry/kit/operational-error';
import type { Runtime } from '../runtime/runtime.ts';
import type { AgentMetrics } from './agent-metrics.ts';

/** Failures without a code of ours. */
const NO_CODE = 'other';

export function measuredRuntime(
  runtime: Runtime,
  clock: Clock,
  metrics: Pick<AgentMetrics, 'runtimeSeconds' | 'runtimeErrors'>,
): Runtime {
  const measured = <M extends Measured>(method: M): Runtime[M] => {
    const operation = method.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const call = async (...args: unknown[]): Promise<unknown> => {
      const beganAtMs = clock.nowMs();
      try {
        return await (runtime[method] as AnyCall).apply(runtime, args);
      } catch (error) {
        metrics.runtimeErrors.inc({ operation, code: codeOf(error) ?? NO_CODE });
        throw error;
      } finally {
        metrics.runtimeSeconds.observe({ operation }, (clock.nowMs() - beganAtMs) / 1000);
      }
    };
    return call as unknown as Runtime[M];
  };
  return {
    info: measured('info'),
    listSandboxes: measured('listSandboxes'),
    listContainers: measured('listContainers'),
    createSandbox: measured('createSandbox'),
    removeSandbox: measured('removeSandbox'),
    ensureImage: measured('ensureImage'),
    startContainer: measured('startContainer'),
    stopContainer: measured('stopContainer'),
    removeContainer: measured('removeContainer'),
    readFile: measured('readFile'),
    listImages: measured('listImages'),
    removeImage: measured('removeImage'),
    logs: (...args) => runtime.logs(...args),
    exec: (...args) => runtime.exec(...args),
    attach: (...args) => runtime.attach(...args),
    connectPort: (...args) => runtime.connectPort(...args),
    usage: () => runtime.usage(),
    watchEvents: (...args) => runtime.watchEvents(...args),
    close: () => runtime.close(),
  };
}

type Lasting = 'logs' | 'exec' | 'attach' | 'connectPort' | 'usage' | 'watchEvents' | 'close';
type Measured = Exclude<keyof Runtime, Lasting>;
type AnyCall = (...args: unknown[]) => Promise<unknown>;
