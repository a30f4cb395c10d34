// Stopping within a grace. The engine times the grace; our own timer stands behind it, since an engine that lost count
// must not keep a pod for ever.
import type { Engine } from './engine.ts';
import { hasStatus } from './engine-error.ts';

/** How long the engine may take over the grace before we kill by ourselves. */
const OVERTIME_MS = 10_000;
/** From KILL until the process is gone and its mounts are undone. */
const KILL_TIMEOUT_MS = 30_000;

/** TERM (or the image's own signal), KILL after the grace; returns when it no longer runs. */
export async function stopContainer(engine: Engine, id: string, graceSeconds: number): Promise<void> {
  if (graceSeconds <= 0) {
    await kill(engine, id);
    return;
  }
  const timeoutMs = graceSeconds * 1000 + OVERTIME_MS;
  try {
    await engine.call(
      `stop ${id}`,
      (abortSignal) =>
        engine.docker.getContainer(id).stop({ t: Math.ceil(graceSeconds), abortSignal } as object),
      { timeoutMs },
    );
  } catch (error) {
    if (hasStatus(error, 304, 404)) return;
    await kill(engine, id);
  }
}

/** 409 says that it does not run. */
async function kill(engine: Engine, id: string): Promise<void> {
  const container = engine.docker.getContainer(id);
  try {
    await engine.call(`kill ${id}`, (abortSignal) =>
      container.kill({ signal: 'KILL', abortSignal } as object),
    );
    await engine.call(
      `wait for ${id}`,
      (abortSignal) => container.wait({ condition: 'not-running', abortSignal } as object),
      { timeoutMs: KILL_TIMEOUT_MS },
    );
  } catch (error) {
    if (!hasStatus(error, 404, 409, 304)) throw error;
  }
}
