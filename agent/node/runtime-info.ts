// What the engine says of itself, with a deadline.
import type { Clock } from '@gantry/kit/clock';
import { withinTime } from '@gantry/kit/within-time';
import type { Runtime, RuntimeInfo } from '../runtime/runtime.ts';

/** An engine under load may take very long to sum itself up: the agent does not wait for that. */
const INFO_TIMEOUT_MS = 5_000;

/** @param system what is said where the engine does not answer. */
export async function readRuntimeInfo(
  runtime: Pick<Runtime, 'info'>,
  clock: Clock,
  system: RuntimeInfo,
): Promise<RuntimeInfo> {
  const limit = { clock, timeoutMs: INFO_TIMEOUT_MS };
  return withinTime(limit, (signal) => runtime.info(signal)).catch(() => system);
}
