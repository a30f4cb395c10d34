// A Docker runtime at work for tests and benchmarks: its events are followed, since the warm pool begins with them.
import { createDockerRuntime, type DockerRuntimeOptions } from './docker-runtime.ts';
import type { Runtime } from '../runtime.ts';

/** Opens it. `close` waits until it has come to rest. */
export function openWatchedRuntime(options: DockerRuntimeOptions): {
  runtime: Runtime;
  close: () => Promise<void>;
} {
  const runtime = createDockerRuntime(options);
  const stop = new AbortController();
  const ignore = (): void => undefined;
  const watching = runtime.watchEvents(ignore, ignore, stop.signal);
  return {
    runtime,
    async close() {
      stop.abort();
      await watching;
      await runtime.close();
    },
  };
}
