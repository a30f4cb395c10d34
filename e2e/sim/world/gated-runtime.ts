// An agent's way to the engine of its host: what the engine does it does, but answers and events reach the agent only
// while its process runs.
import type { Runtime } from '@gantry/agent/runtime/runtime';
import type { Clock } from '@gantry/kit/clock';
import type { SimProcess } from './process.ts';

/** An engine's answers take a little time: between two of its calls others get their turn. */
const ANSWER_MS = 2;

/** The same runtime, heard by this process alone. */
export function gatedRuntime(process: SimProcess, clock: Clock, runtime: Runtime): Runtime {
  process.onDeath(() => void runtime.close());
  const heard = <T>(outcome: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      // Nobody in a dead process hears what becomes of its call.
      const answer = (settle: () => void): void => void clock.schedule(ANSWER_MS, () => process.run(settle));
      outcome.then(
        (value) => answer(() => resolve(value)),
        (error: Error) => answer(() => reject(error)),
      );
    });
  const gated: Partial<Record<keyof Runtime, unknown>> = {};
  for (const [name, call] of Object.entries(runtime) as [keyof Runtime, Call][])
    gated[name] = (...values: unknown[]) => heard(call(...values));
  return {
    ...(gated as unknown as Runtime),
    watchEvents: (onEvent, resync, signal) =>
      heard(
        runtime.watchEvents(
          (event) => process.run(() => onEvent(event)),
          () => process.run(resync),
          signal,
        ),
      ),
  };
}

type Call = (...values: unknown[]) => Promise<unknown>;
