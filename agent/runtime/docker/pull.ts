// Pulling an image: one pull for all who want the same, given up when nobody waits for it any more or when the
// registry has been silent for too long.
import type { Clock } from '@gantry/kit/clock';
import { untilAborted } from '@gantry/kit/until-aborted';
import type { ImageAuth } from '../runtime.ts';
import { lines } from './events.ts';
import type { Engine } from './engine.ts';
import { EngineError } from './engine-error.ts';
import { pullError } from './pull-error.ts';
import { createStartQueue } from './start-queue.ts';

/** Pulls images. */
export interface Puller {
  /** @throws OperationalError; the signal's reason when it is aborted, while others may wait on. */
  pull(image: string, auth: ImageAuth | undefined, signal: AbortSignal | undefined): Promise<void>;
}

const PULLS_MAX = 3;
/** A registry sends progress all the time; silence this long means that it is gone. */
const SILENCE_MAX_MS = 120_000;

interface Shared {
  done: Promise<void>;
  waiters: number;
  abort: AbortController;
}

export function createPuller(deps: { engine: Engine; clock: Clock }): Puller {
  const underWay = new Map<string, Shared>();
  const queue = createStartQueue(PULLS_MAX);

  const begin = (key: string, image: string, auth: ImageAuth | undefined): Shared => {
    const abort = new AbortController();
    const done = queue
      .run(() => pullOnce(deps, image, auth, abort.signal), abort.signal)
      .finally(() => {
        if (underWay.get(key)?.abort === abort) underWay.delete(key);
      });
    // Whoever waits hears of a failure; when all have left there is nobody to tell.
    done.catch(() => undefined);
    const shared = { done, waiters: 0, abort };
    underWay.set(key, shared);
    return shared;
  };

  return {
    async pull(image, auth, signal) {
      signal?.throwIfAborted();
      const key = JSON.stringify([image, auth?.username, auth?.password, auth?.serverAddress]);
      const shared = underWay.get(key) ?? begin(key, image, auth);
      shared.waiters += 1;
      try {
        await untilAborted(shared.done, signal);
      } finally {
        shared.waiters -= 1;
        if (shared.waiters === 0) {
          if (underWay.get(key) === shared) underWay.delete(key);
          shared.abort.abort(new EngineError('image-pull-failed', 'nobody waits for this image any more'));
        }
      }
    },
  };
}

async function pullOnce(
  deps: { engine: Engine; clock: Clock },
  image: string,
  auth: ImageAuth | undefined,
  signal: AbortSignal,
): Promise<void> {
  const silence = new AbortController();
  const either = AbortSignal.any([signal, silence.signal]);
  const watch = (): (() => void) =>
    deps.clock.schedule(SILENCE_MAX_MS, () => {
      silence.abort(new EngineError('image-pull-failed', 'the registry has been silent for too long'));
    });
  let cancel = watch();
  try {
    const progress = await deps.engine.stream({
      what: `pull ${image}`,
      path: '/images/create',
      method: 'POST',
      query: { fromImage: image },
      auth: auth && { username: auth.username, password: auth.password, serveraddress: auth.serverAddress },
      signal: either,
      timeoutMs: SILENCE_MAX_MS,
    });
    for await (const line of lines(progress)) {
      cancel();
      cancel = watch();
      const failure = failureOf(line);
      if (failure !== undefined) throw new EngineError('image-pull-failed', failure);
    }
  } catch (error) {
    throw either.aborted ? (either.reason as Error) : pullError(image, error);
  } finally {
    cancel();
  }
}

/** After the first byte the engine can only say in the stream that it failed. */
function failureOf(line: string): string | undefined {
  const progress = JSON.parse(line) as { error?: string; errorDetail?: { message?: string } };
  return progress.errorDetail?.message ?? progress.error;
}
