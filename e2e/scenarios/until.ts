// Waiting in a world's own time, never for ever.
import { messageOf } from '@gantry/kit/operational-error';
import type { World } from './world.ts';

const POLL_MS = 200;
/** A back-off or two, and a lost request, on a slow machine. */
const PATIENCE_MS = 90_000;

/**
 * Looks again and again until there is something to return. A look that throws has seen nothing.
 *
 * @throws Error with what the last look had to say when the time is up.
 */
export async function until<T>(
  world: Pick<World, 'nowMs' | 'sleep'>,
  what: string,
  look: () => Promise<T | undefined>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const deadlineMs = world.nowMs() + patienceMs;
  let lastWords = '';
  while (world.nowMs() < deadlineMs) {
    try {
      const seen = await look();
      if (seen !== undefined) return seen;
      lastWords = '';
    } catch (error) {
      lastWords = `: ${messageOf(error)}`;
    }
    await world.sleep(POLL_MS);
  }
  throw new Error(`${what}: not so within ${patienceMs / 1000} s${lastWords}`);
}
