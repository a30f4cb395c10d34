// The one shell around every controller: changes wake keys, workers pass over them, failures back off. Level-based:
// a key says only where to look, and at the start all keys are looked at.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { keyOf, keyText, type AnyObject } from '@gantry/api/meta';
import { backoffMs, type BackoffPolicy } from '@gantry/kit/backoff';
import { sleep } from '@gantry/kit/clock';
import { messageOf } from '@gantry/kit/operational-error';
import { WorkQueue } from '@gantry/kit/work-queue';
import type { Controller, Trigger } from './controller.ts';
import { KeyMemory } from './key-memory.ts';
import { passOver, type ControllerDeps, type PassRoom, type PassVerdict } from './pass.ts';
import { Quarantine } from './quarantine.ts';
import type { Retry } from './reason-text.ts';

/** Keys worked on at once where the controller does not say. */
const WORKERS = 4;
/** A key that failed: 5 ms, doubling up to five minutes, as client-go's default. */
const KEY_BACKOFF: BackoffPolicy = { initialMs: 5, maxMs: 300_000, factor: 2, jitter: 0.1 };
/** All retries of a controller together. */
const RETRY_RATE = { perSecond: 50, burst: 200 };
/** Keys that may wait. */
export const QUEUE_SIZE_MAX = 100_000;
/**
 * Passes that write nothing wait for nothing: without a pause, all keys at the start of a term would be passed over before
 * anything else has its turn, the renewal of that term too.
 */
const TURN_MS = 20;
/** After a write a key is looked at again even if the event of the write wakes nobody. */
const SECOND_LOOK_MS = 5_000;
/** After a full queue has refused a key, all keys are looked at again. */
const LOOK_AT_ALL_MS = 1_000;
/** Between tries to see the newest state at the start. */
const START_BACKOFF: BackoffPolicy = { initialMs: 100, maxMs: 5_000, factor: 2, jitter: 0.2 };

/** Runs controllers until the signal is aborted, which is when leadership ends. */
export async function runControllers(
  controllers: readonly Controller[],
  deps: ControllerDeps,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(controllers.map((controller) => runController(controller, deps, signal)));
}

/** Runs one controller until the signal is aborted; resolves when its last pass has ended. */
export async function runController(
  controller: Controller,
  deps: ControllerDeps,
  signal: AbortSignal,
): Promise<void> {
  const shell = new ControllerShell(controller, deps);
  await shell.run(signal);
}

class ControllerShell {
  readonly #deps: ControllerDeps;
  readonly #room: PassRoom;
  readonly #queue: WorkQueue;
  /** A key was refused: all are looked at again in a while. */
  #cancelLook: (() => void) | undefined;

  constructor(controller: Controller, deps: ControllerDeps) {
    this.#deps = { ...deps, logger: deps.logger.child({ controller: controller.name }) };
    this.#room = {
      controller,
      memory: new KeyMemory(deps.random),
      quarantine: new Quarantine(deps.clock),
    };
    const labels = { controller: controller.name };
    this.#queue = new WorkQueue({
      clock: deps.clock,
      random: deps.random,
      backoff: KEY_BACKOFF,
      retryRate: RETRY_RATE,
      sizeMax: deps.queueSizeMax ?? QUEUE_SIZE_MAX,
      hooks: {
        onDepth: (depth) => {
          deps.metrics.queueDepth.set(labels, depth);
        },
        onTaken: (_key, waitedMs) => {
          deps.metrics.queueSeconds.observe(labels, waitedMs / 1000);
        },
        onRefused: (key) => {
          deps.metrics.keysRefused.inc(labels);
          this.#lookAtAllLater(key);
        },
      },
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    const { controller } = this.#room;
    const unsubscribe = controller.triggers.map((trigger) => this.#subscribe(trigger));
    const close = (): void => {
      this.#queue.close();
    };
    signal.addEventListener('abort', close, { once: true });
    try {
      await this.#seeNewest(signal);
      this.#enqueueAll();
      const workers = Array.from({ length: controller.workers ?? WORKERS }, () => this.#work(signal));
      await Promise.all(workers);
    } finally {
      signal.removeEventListener('abort', close);
      for (const stop of unsubscribe) stop();
      this.#cancelLook?.();
      this.#queue.close();
    }
  }

  /** Both the old and the new state say which keys a change concerns: an object may have left one for another. */
  #subscribe(trigger: Trigger): () => void {
    return this.#deps.cache.onEvent(trigger.definition, ({ type, object, previous }) => {
      if (type === 'MODIFIED' && previous !== undefined && trigger.ignores?.(object, previous)) return;
      this.#wake(trigger, object);
      if (previous !== undefined) this.#wake(trigger, previous);
    });
  }

  /** An object that a trigger cannot read must not hold up the cache: all keys are looked at instead. */
  #wake(trigger: Trigger, object: AnyObject): void {
    try {
      for (const key of trigger.keys(object, this.#deps.cache)) this.#queue.add(keyText(key));
    } catch (error) {
      const about = `${object.kind} ${keyText(keyOf(object))}`;
      this.#deps.logger.error('trigger broke on an object', { object: about, error: messageOf(error) });
      this.#lookAtAllLater('');
    }
  }

  /** A new leader must not act on a state that its predecessor has changed already. */
  async #seeNewest(signal: AbortSignal): Promise<void> {
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        await this.#deps.cache.waitForNewest(signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.#deps.logger.warn('controller waits for the newest state', { error: messageOf(error) });
        const delayMs = backoffMs(START_BACKOFF, failures, this.#deps.random);
        await sleep(this.#deps.clock, delayMs, signal).catch(() => undefined);
      }
    }
  }

  /** @param first where to begin: a full queue must not refuse the same keys each time. */
  #enqueueAll(first = ''): void {
    const keys = this.#deps.cache
      .list(this.#room.controller.definition)
      .map((primary) => keyText(keyOf(primary)));
    const start = Math.max(0, keys.indexOf(first));
    for (const key of [...keys.slice(start), ...keys.slice(0, start)]) this.#queue.add(key);
  }

  #lookAtAllLater(refused: string): void {
    this.#cancelLook ??= this.#deps.clock.schedule(LOOK_AT_ALL_MS, () => {
      this.#cancelLook = undefined;
      this.#enqueueAll(refused);
    });
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    for (let turnMs = clock.nowMs(); ;) {
      // The queue is closed when the signal is aborted: no worker has to listen to it as well.
      const key = signal.aborted ? undefined : await this.#queue.take();
      if (key === undefined) return;
      try {
        await this.#pass(key, signal);
      } finally {
        this.#queue.done(key);
      }
      if (clock.nowMs() - turnMs < TURN_MS) continue;
      await nextTurn();
      turnMs = clock.nowMs();
    }
  }

  async #pass(key: string, signal: AbortSignal): Promise<void> {
    const { metrics, logger } = this.#deps;
    const { controller, quarantine } = this.#room;
    const startedMs = this.#deps.clock.nowMs();
    try {
      const verdict = await passOver(key, this.#room, this.#deps, signal);
      metrics.passes.inc({ controller: controller.name, result: verdict.type });
      metrics.poisonedKeys.set({ controller: controller.name }, quarantine.size);
      this.#requeue(key, verdict);
    } catch (error) {
      if (signal.aborted) return;
      logger.error('pass ended in an unexpected way', { key, error: messageOf(error) });
      this.#queue.retry(key);
    } finally {
      const passedMs = this.#deps.clock.nowMs() - startedMs;
      metrics.passSeconds.observe({ controller: controller.name }, passedMs / 1000);
    }
  }

  #requeue(key: string, verdict: PassVerdict): void {
    switch (verdict.type) {
      case 'absent':
        this.#queue.forget(key);
        return;
      case 'done':
        this.#queue.forget(key);
        if (verdict.wrote) this.#queue.addAfter(key, SECOND_LOOK_MS);
        if (verdict.recheckAfterMs !== undefined) this.#queue.addAfter(key, verdict.recheckAfterMs);
        return;
      case 'back-off': {
        const { cause, message } = verdict;
        const retryInMs = this.#queue.retry(key);
        const level = cause === 'Conflict' ? 'debug' : 'warn';
        this.#deps.logger[level]('key backs off', { key, cause, error: message, retryInMs });
        this.#noteRetry(key, 'failed', message, retryInMs);
        return;
      }
      case 'confined':
        this.#queue.addAfter(key, verdict.forMs);
        if (verdict.message !== undefined) this.#noteRetry(key, 'broke', verdict.message, verdict.forMs);
        return;
    }
  }

  #noteRetry(key: string, type: Retry['type'], message: string, inMs: number): void {
    const nowMs = this.#deps.clock.nowMs();
    const retry = { type, message, dueMs: nowMs + inMs };
    this.#deps.explanations?.noteRetry(this.#room.controller, key, retry, nowMs);
  }
}
