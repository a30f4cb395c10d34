// Writes placements concurrently, so that the store merges them into few transactions. A bind whose outcome is
// unknown keeps its room until the cache has caught up and shows what became of it.
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { StatusError } from '@gantry/api/status-error';
import type { Clock } from '@gantry/kit/clock';
import { sleep } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { Cache } from '../cache/cache.ts';
import type { EventNote } from '../engine/controller.ts';
import type { Binding } from './bind-pod.ts';
import type { PodView } from './pod-needs.ts';
import type { SchedulerMetrics } from './scheduler-metrics.ts';

/** What the binder needs. */
export interface BinderDeps {
  bind(binding: Binding, signal: AbortSignal): Promise<void>;
  cache: Pick<Cache, 'get' | 'waitForNewest'>;
  recordEvent(note: EventNote): void;
  clock: Clock;
  logger: Logger;
  metrics: Pick<SchedulerMetrics, 'attempts' | 'bindSeconds'>;
  /** The bind was written. */
  onBound(uid: string): void;
  /** It is certain that the pod is not bound by us. */
  onNotBound(uid: string): void;
}

/** Binds written at the same time; with more to write, deciding pauses. */
export const BINDS_IN_FLIGHT_MAX = 1000;
const CATCH_UP_RETRY_MS = 200;

/** Writes binds. */
export class Binder {
  readonly #deps: BinderDeps;
  readonly #signal: AbortSignal;
  readonly #inFlight = new Set<Promise<void>>();

  constructor(deps: BinderDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Starts writing; the outcome is told through the callbacks. */
  start(pod: PodView, node: string): void {
    const running = this.#run(pod, node).finally(() => this.#inFlight.delete(running));
    this.#inFlight.add(running);
  }

  /** Resolves when at least one bind in flight has ended; at once when there is none. */
  async someDone(): Promise<void> {
    if (this.#inFlight.size > 0) await Promise.race(this.#inFlight);
  }

  async allDone(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  async #run(pod: PodView, node: string): Promise<void> {
    const { clock, metrics, logger } = this.#deps;
    const key = { namespace: pod.namespace, name: pod.name };
    const startedMs = clock.nowMs();
    try {
      await this.#deps.bind({ key, uid: pod.uid, node }, this.#signal);
    } catch (error) {
      metrics.attempts.inc({ result: 'failed' });
      logger.warn('bind failed', { ...key, node, error: messageOf(error) });
      await this.#failed(pod, key, node, error);
      return;
    }
    metrics.bindSeconds.observe((clock.nowMs() - startedMs) / 1000);
    this.#succeeded(pod, key, node);
  }

  #succeeded(pod: PodView, key: ObjectKey, node: string): void {
    this.#deps.metrics.attempts.inc({ result: 'scheduled' });
    this.#deps.onBound(pod.uid);
    const message = `Successfully assigned ${key.namespace}/${key.name} to ${node}`;
    const regarding = this.#deps.cache.get(podKind, key) ?? bareReference(pod);
    this.#deps.recordEvent({ regarding, severity: 'Normal', reason: 'Scheduled', message });
  }

  async #failed(pod: PodView, key: ObjectKey, node: string, error: unknown): Promise<void> {
    if (!isDefinite(error) && !(await this.#caughtUp())) return;
    const present = this.#deps.cache.get<Pod>(podKind, key);
    const wasBound = present?.metadata.uid === pod.uid && present.spec.nodeName === node;
    if (wasBound) this.#succeeded(pod, key, node);
    else this.#deps.onNotBound(pod.uid);
  }

  /** False when leadership ended first: whoever leads next looks afresh. */
  async #caughtUp(): Promise<boolean> {
    while (!this.#signal.aborted) {
      try {
        await this.#deps.cache.waitForNewest(this.#signal);
        return true;
      } catch {
        await sleep(this.#deps.clock, CATCH_UP_RETRY_MS, this.#signal).catch(() => undefined);
      }
    }
    return false;
  }
}

/** Refusals (4xx) wrote nothing; everything else may have. */
function isDefinite(error: unknown): boolean {
  if (!(error instanceof StatusError)) return false;
  const code = error.status.code ?? 0;
  return code >= 400 && code < 500 && code !== 408;
}

function bareReference({ namespace, name, uid }: PodView): AnyObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, uid } };
}
