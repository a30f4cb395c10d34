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
import { writeContextOf } from '../engine/write-context.ts';
import type { ResourcesDeps } from '../resources/deps.ts';
import type { Resources } from '../resources/resources.ts';
import { Binder, BINDS_IN_FLIGHT_MAX } from './binder.ts';
import { bindPods } from './bind-pods.ts';
import { describeExplanation } from './explanation.ts';
import { PendingReasons } from './pending-reasons.ts';
import { SCHEDULER_NAME } from './pod-fate.ts';
import { SchedulerCore } from './scheduler-core.ts';
import type { SchedulerMetrics } from './scheduler-metrics.ts';
import { SignalFlag } from './signal-flag.ts';

/** What the scheduler needs. */
export interface SchedulerDeps {
  cache: Cache;
  resources: Pick<Resources, 'update'>;
  /** For binds, which change spec and status in one write. */
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
  readonly #binder: Binder;
  readonly #reasons: PendingReasons;
  readonly #flag = new SignalFlag();

  constructor(deps: SchedulerDeps, signal: AbortSignal) {
    const { cache, clock, logger, metrics } = deps;
    this.#deps = deps;
    this.#signal = signal;
    this.#core = new SchedulerCore(seededRandom(Math.floor(deps.random.next() * 2 ** 32)));
    const recordEvent = (note: Parameters<EventRecorder['record']>[0]): void => {
      deps.events.record(note, SCHEDULER_NAME);
    };
    this.#binder = new Binder(
      {
        ...{ cache, clock, logger, metrics, recordEvent },
        bind: (bindings, stop) => bindPods(deps.resourcesDeps, bindings, this.#context(stop)),
        onBound: (uid) => {
          this.#core.bound(uid);
        },
        onNotBound: (uid) => {
          this.#core.notBound(uid, clock.nowMs());
          this.#flag.raise();
        },
      },
      signal,
    );
    this.#reasons = new PendingReasons(
      {
        ...{ cache, clock, logger, recordEvent },
        updateStatus: async (key, change, stop) => {
          const context = this.#context(stop);
          await deps.resources.update(podKind, key, 'status', (current) => change(current as Pod), context);
        },
      },
      signal,
    );
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
      await Promise.all([this.#binder.allDone(), this.#reasons.allDone()]);
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
    if (this.#binder.inFlight >= BINDS_IN_FLIGHT_MAX) await this.#binder.someDone();
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
    const { placements, unschedulable } = this.#core.decide(nowMs);
    this.#binder.start(placements);
    for (const { pod, why } of unschedulable) this.#reasons.tell(pod, describeExplanation(why));
    const { attempts, decisionSeconds } = this.#deps.metrics;
    if (unschedulable.length > 0) attempts.inc({ result: 'unschedulable' }, unschedulable.length);
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

  #context(signal: AbortSignal) {
    const { fence } = this.#deps;
    return writeContextOf({ component: SCHEDULER_NAME, fence, requestId: '', signal });
  }
}

function asPod(object: AnyObject): Pod {
  return object as Pod;
}
