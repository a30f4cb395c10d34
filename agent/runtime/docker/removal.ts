// Removing a container whatever it does. Safe to repeat.
import type { Engine } from './engine.ts';
import { hasStatus } from './engine-error.ts';

/** Starts and removals set up and tear down networks and mounts: slow on a busy machine. */
export const START_TIMEOUT_MS = 120_000;

/** Kills and removes. Gone already, or being removed by somebody else: both are success. */
export async function removeByForce(engine: Engine, id: string): Promise<void> {
  try {
    await engine.call(`remove ${id}`, () => engine.docker.getContainer(id).remove({ force: true, v: true }), {
      timeoutMs: START_TIMEOUT_MS,
    });
  } catch (error) {
    if (!hasStatus(error, 404, 409)) throw error;
  }
}
