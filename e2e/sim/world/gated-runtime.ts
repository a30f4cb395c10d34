// An agent's way to the engine of its host: what the engine does it does, but answers and events reach the agent only
// while its process runs.
import type { Runtime } from '@gantry/agent/runtime/runtime';
import type { SimProcess } from './process.ts';

/** The same runtime, heard by this process alone. */
export function gatedRuntime(process: SimProcess, runtime: Runtime): Runtime {
  process.onDeath(() => void runtime.close());
  const gated: Partial<Record<keyof Runtime, unknown>> = {};
  for (const [name, call] of Object.entries(runtime) as [keyof Runtime, Call][])
    gated[name] = (...values: unknown[]) => heard(process, call(...values));
  return {
    ...(gated as unknown as Runtime),
    watchEvents: (onEvent, resync, signal) =>
      heard(
        process,
        runtime.watchEvents(
          (event) => process.run(() => onEvent(event)),
          () => process.run(resync),
          signal,
        ),
      ),
  };
}

type Call = (...values: unknown[]) => Promise<unknown>;

/** Nobody in a dead process hears what becomes of its call. */
function heard<T>(process: SimProcess, outcome: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    outcome.then(
      (value) => process.run(() => resolve(value)),
      (error: Error) => process.run(() => reject(error)),
    );
  });
}
