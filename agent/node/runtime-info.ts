// What the engine says of itself, with a deadline.
import type { Clock } from '@gantry/kit/clock';
import type { Runtime, RuntimeInfo } from '../runtime/runtime.ts';

/** An engine under load may take very long to sum itself up: the agent does not wait for that. */
const INFO_TIMEOUT_MS = 5_000;

/** @param system what is said where the engine does not answer. */
export async function readRuntimeInfo(
  runtime: Pick<Runtime, 'info'>,
  clock: Clock,
  system: RuntimeInfo,
): Promise<RuntimeInfo> {
  const deadline = new AbortController();
  const cancel = clock.schedule(INFO_TIMEOUT_MS, () => deadline.abort(new Error('no answer in time')));
  try {
    return await runtime.info(deadline.signal);
  } catch {
    return system;
  } finally {
    cancel();
  }
}
