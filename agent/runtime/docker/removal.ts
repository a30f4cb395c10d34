// Removing containers and sandboxes, whatever they do. Safe to repeat.
//
// Sandboxes go one at a time. Docker before 23 may lock up for good when two containers leave a bridge network in the
// same moment (moby pull request 42545): every start and removal on the machine then hangs until it is restarted.
import type { Engine } from './engine.ts';
import { hasStatus } from './engine-error.ts';
import { createStartQueue } from './start-queue.ts';

/** Removes what a node no longer needs. */
export interface Removals {
  container: (id: string) => Promise<void>;
  sandbox: (id: string) => Promise<void>;
  /** Under way or waiting. */
  readonly size: number;
}

/** Starts and removals set up and tear down networks and mounts: slow on a busy machine. */
export const START_TIMEOUT_MS = 120_000;
const CONTAINERS_AT_ONCE = 4;

/** @param onActivity called when a removal comes and when it ends. */
export function createRemovals(engine: Engine, onActivity: () => void): Removals {
  const containers = createStartQueue(CONTAINERS_AT_ONCE, onActivity);
  const sandboxes = createStartQueue(1, onActivity);
  return {
    container: (id) => containers.run(() => removeByForce(engine, id)),
    sandbox: (id) => sandboxes.run(() => removeByForce(engine, id)),
    get size() {
      return containers.size + sandboxes.size;
    },
  };
}

/** Kills and removes. Gone already, or being removed by somebody else: both are success. */
async function removeByForce(engine: Engine, id: string): Promise<void> {
  try {
    await engine.call(`remove ${id}`, () => engine.docker.getContainer(id).remove({ force: true, v: true }), {
      timeoutMs: START_TIMEOUT_MS,
    });
  } catch (error) {
    if (!hasStatus(error, 404, 409)) throw error;
  }
}
