// Keeps the pool at its size: one step at a time, in quiet times, as `pool-plan.ts` says.
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import { EngineError } from './engine-error.ts';
import { nextPoolStep } from './pool-plan.ts';
import { makePooledSandbox, type PooledSandbox, type PooledSandboxDeps } from './pooled-sandbox.ts';
import type { StartQueue } from './start-queue.ts';

/** Works on the pool's list of ready sandboxes. */
export interface Filler {
  /** Runs `look` between two steps, and begins to fill. */
  restart: (look: () => Promise<void>) => Promise<void>;
  /** The pool has changed. */
  wake: () => void;
  noteActivity: () => void;
  /** A container has died or been removed that is none of the ready ones: perhaps the one that is being made. */
  noteGone: (containerId: string) => void;
  /** No step begins any more; returns when the last has ended. */
  close: () => Promise<void>;
}

/** What filling needs beyond making one. */
export interface FillerDeps {
  size: number;
  starts: StartQueue;
  clock: Clock;
  logger: Logger;
}

/** After a failure of the engine. */
const RETRY_MS = 10_000;

export function createFiller(deps: PooledSandboxDeps & FillerDeps, ready: PooledSandbox[]): Filler {
  const { clock, logger } = deps;
  /** Nothing is made before the first look. */
  let size = 0;
  /** Gone while one is being made. */
  const gone = new Set<string>();
  let quietSinceMs = clock.nowMs();
  let cancelTimer: (() => void) | undefined;
  let step: Promise<void> = Promise.resolve();
  let closed = false;

  const wakeIn = (delayMs: number): void => {
    cancelTimer?.();
    cancelTimer = closed ? undefined : clock.schedule(delayMs, begin);
  };
  const begin = (): void => {
    cancelTimer = undefined;
    step = step.then(takeStep).catch(retryOrGiveUp);
  };
  const takeStep = async (): Promise<void> => {
    const busy = deps.starts.size + deps.removals.size;
    const quietForMs = clock.nowMs() - quietSinceMs;
    const next = nextPoolStep({ size: closed ? ready.length : size, ready: ready.length, busy, quietForMs });
    if (next.type === 'rest') return;
    if (next.type === 'drop') {
      await Promise.all(ready.splice(0, next.count).map(({ id }) => deps.removals.sandbox(id)));
    }
    if (next.type === 'make') ready.push(await makeOne(deps, gone));
    wakeIn(next.type === 'wait' ? next.forMs : 0);
  };
  /** An engine that is away comes back; a node that cannot name sandboxes from outside will not learn it. */
  const retryOrGiveUp = (error: unknown): void => {
    const again = error instanceof EngineError;
    logger.warn('a ready sandbox could not be made', { error: messageOf(error), again });
    if (!again) size = 0;
    wakeIn(again ? RETRY_MS : 0);
  };

  return {
    restart(look) {
      const looked = step.then(look);
      step = looked.catch(retryOrGiveUp);
      return looked.then(() => {
        size = deps.size;
        wakeIn(0);
      });
    },
    wake: () => {
      wakeIn(0);
    },
    noteActivity: () => {
      quietSinceMs = clock.nowMs();
    },
    noteGone: (containerId) => void gone.add(containerId),
    async close() {
      closed = true;
      cancelTimer?.();
      await step;
    },
  };
}

/** @throws EngineError also when it is among the `gone` as soon as it is made. */
async function makeOne(deps: PooledSandboxDeps, gone: Set<string>): Promise<PooledSandbox> {
  gone.clear();
  const made = await makePooledSandbox(deps);
  if (!gone.has(made.id)) return made;
  await deps.removals.sandbox(made.id);
  throw new EngineError('engine-failed', `pooled sandbox ${made.id} died`);
}
