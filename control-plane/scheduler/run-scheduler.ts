// The scheduler's shell: feeds cache events to the core, has it decide, and lets binder and reasons write.
// Runs only while this control plane leads; a successor starts from the cache alone.
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { AnyObject } from '@gantry/api/meta';
import type { Clock } from '@gantry/kit/clock';
import { sleep } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { Random } from '@gantry/kit/random';
import { seededRandom } from '@gantry/kit/random';
import type { Cache, CacheEvent } from '../cache/cache.ts';
import type { EventRecorder } from '../engine/events.ts';
import type { Fence } from '../engine/write-context.ts';
import type { ResourcesDeps } from '../resources/deps.ts';
import { BINDS_IN_FLIGHT_MAX } from './binder.ts';
import { SchedulerCore } from './scheduler-core.ts';
import type { SchedulerMetrics } from './scheduler-metrics.ts';
import { SignalFlag } from './signal-flag.ts';
import { Writers } from './writers.ts';

/** What the scheduler needs. */
export interface SchedulerDeps {
  cache: Cache;
  /** Binds, reasons and evictions are written many to a transaction, past the parts meant for clients. */
  resourcesDeps: ResourcesDeps;
  events: EventRecorder;
  /** The leader's fence: conditions of every write. */
  fence: Fence;
  clock: Clock;
  random: Random;
  logger: Logger;
  metrics: SchedulerMetrics;
}

/** Between tries to see the newest state at the start. */
const START_RETRY_MS = 500;
/** Parked pods are looked over this often. */
const FLUSH_INTERVAL_MS = 10_000;

/** Schedules until the signal is aborted (leadership ended, or shutdown); then waits for writes in flight. */
export async function runScheduler(deps: SchedulerDeps, signal: AbortSignal): Promise<void> {
  const run = new SchedulerRun(deps, signal);
  await run.loop();
}

class SchedulerRun {
  readonly #deps: SchedulerDeps;
  readonly #signal: AbortSignal;
  readonly #core: SchedulerCore;
  readonly #writers: Writers;
  readonly #flag = new SignalFlag();

  constructor(deps: SchedulerDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
    this.#core = new SchedulerCore(seededRandom(Math.floor(deps.random.next() * 2 ** 32)));
    const wake = (): void => {
      this.#flag.raise();
    };
    this.#writers = new Writers(deps, this.#core, wake, signal);
  }

  async loop(): Promise<void> {
    if (!(await this.#seeNewest())) return;
    const unsubscribe = this.#subscribe();
    const onAbort = (): void => {
      this.#flag.raise();
    };
    this.#signal.addEventListener('abort', onAbort, { once: true });
    try {
      while (!this.#signal.aborted) await this.#turn();
    } finally {
      this.#signal.removeEventListener('abort', onAbort);
      unsubscribe();
      await this.#writers.allDone();
    }
  }

  /** A new leader must know the binds of its predecessor, or it would give the same room away twice. */
  async #seeNewest(): Promise<boolean> {
    const { cache, clock, logger } = this.#deps;
    while (!this.#signal.aborted) {
      try {
        await cache.waitForNewest(this.#signal);
        return true;
      } catch (error) {
        if (this.#signal.aborted) return false;
        logger.warn('scheduler waits for the newest state', { error: messageOf(error) });
        await sleep(clock, START_RETRY_MS, this.#signal).catch(() => undefined);
      }
    }
    return false;
  }

  /** One decision, or a wait for something to decide on. */
  async #turn(): Promise<void> {
    const { clock } = this.#deps;
    const { binder } = this.#writers;
    if (binder.inFlight >= BINDS_IN_FLIGHT_MAX) await binder.someDone();
    if (this.#core.queue.hasRefused()) {
      this.#deps.metrics.podsRefused.inc();
      this.#offerAll();
    }
    const handled = this.#decide(clock.nowMs());
    this.#measure();
    if (handled > 0 || this.#core.hasChanges) {
      // Lets cache events and answers of the store in between two batches.
      await new Promise<void>((resolve) => void clock.schedule(0, resolve));
      return;
    }
    const { parkedPods } = this.#deps.metrics;
    for (const [filter, count] of this.#core.queue.parkedByFilter()) parkedPods.set({ filter }, count);
    const dueMs = this.#core.queue.nextDueMs() ?? Number.POSITIVE_INFINITY;
    const delayMs = Math.min(FLUSH_INTERVAL_MS, Math.max(1, dueMs - clock.nowMs()));
    const cancel = clock.schedule(delayMs, () => {
      this.#core.queue.flush(clock.nowMs());
      this.#flag.raise();
    });
    await this.#flag.wait();
    cancel();
  }

  /** How many pods were decided on. */
  #decide(nowMs: number): number {
    const outcome = this.#core.decide(nowMs);
    this.#writers.write(outcome);
    const { placements, unschedulable, preemptions } = outcome;
    const { attempts, decisionSeconds, victims } = this.#deps.metrics;
    if (unschedulable.length > 0) attempts.inc({ result: 'unschedulable' }, unschedulable.length);
    for (const preemption of preemptions) victims.inc(preemption.victims.length);
    const handled = placements.length + unschedulable.length;
    if (handled > 0) decisionSeconds.observe((this.#deps.clock.nowMs() - nowMs) / 1000);
    return handled;
  }

  /** Later events and the present state meet without a gap: both happen before anything else runs. */
  #subscribe(): () => void {
    const { cache } = this.#deps;
    const stops = [
      cache.onEvent(nodeKind, (event) => {
        this.#onNode(event);
      }),
      cache.onEvent(podKind, (event) => {
        this.#onPod(event);
      }),
    ];
    for (const node of cache.list<Node>(nodeKind)) this.#core.nodeSeen(node);
    this.#offerAll();
    return () => {
      for (const stop of stops) stop();
    };
  }

  #offerAll(): void {
    const nowMs = this.#deps.clock.nowMs();
    for (const pod of this.#deps.cache.list<Pod>(podKind)) this.#core.podSeen(pod, nowMs);
  }

  #onNode({ type, object }: CacheEvent): void {
    if (type === 'DELETED') this.#core.nodeGone(object as Node);
    else this.#core.nodeSeen(object as Node);
    this.#flag.raise();
  }

  #onPod({ type, object }: CacheEvent): void {
    if (type === 'DELETED') this.#core.podGone(asPod(object));
    else this.#core.podSeen(asPod(object), this.#deps.clock.nowMs());
    this.#flag.raise();
  }

  #measure(): void {
    const { pendingPods, assumedPods } = this.#deps.metrics;
    for (const [queue, count] of Object.entries(this.#core.queue.counts())) pendingPods.set({ queue }, count);
    assumedPods.set(this.#core.assumedCount);
  }
}

function asPod(object: AnyObject): Pod {
  return object as Pod;
}
