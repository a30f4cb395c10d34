// Writes placements in batches, several under way at once. A bind whose outcome is unknown keeps its room until the
// cache has caught up and shows what became of it.
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { StatusError } from '@gantry/api/status-error';
import type { Clock } from '@gantry/kit/clock';
import { sleep } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { Cache } from '../cache/cache.ts';
import type { EventNote } from '../engine/controller.ts';
import type { ChangeAnswer } from '../resources/change-together.ts';
import type { Binding } from './bind-pods.ts';
import type { PodView } from './pod-needs.ts';
import type { SchedulerMetrics } from './scheduler-metrics.ts';

/** What the binder needs. */
export interface BinderDeps {
  /** Does not throw: the answers are in the order of the bindings. */
  bind(bindings: readonly Binding[], signal: AbortSignal): Promise<readonly ChangeAnswer[]>;
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

/** A decision. */
export interface Placement {
  pod: PodView;
  node: string;
}

/** Binds written at the same time; with more to write, deciding pauses. */
export const BINDS_IN_FLIGHT_MAX = 1_000;
/** Binds handed on together: about what one transaction holds. */
const BATCH_BINDS_MAX = 100;
const CATCH_UP_RETRY_MS = 200;

/** Writes binds. */
export class Binder {
  readonly #deps: BinderDeps;
  readonly #signal: AbortSignal;
  readonly #running = new Set<Promise<void>>();
  #inFlight = 0;

  constructor(deps: BinderDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /** Binds whose outcome is not known yet. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Starts writing; the outcomes are told through the callbacks. */
  start(placements: readonly Placement[]): void {
    for (let from = 0; from < placements.length; from += BATCH_BINDS_MAX) {
      const batch = placements.slice(from, from + BATCH_BINDS_MAX);
      this.#inFlight += batch.length;
      const running = this.#run(batch).finally(() => this.#running.delete(running));
      this.#running.add(running);
    }
  }

  /** Resolves when at least one batch in flight has ended; at once when there is none. */
  async someDone(): Promise<void> {
    if (this.#running.size > 0) await Promise.race(this.#running);
  }

  async allDone(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #run(batch: readonly Placement[]): Promise<void> {
    const { clock, metrics } = this.#deps;
    const startedMs = clock.nowMs();
    const bindings = batch.map(({ pod, node }) => ({ key: keyOf(pod), uid: pod.uid, node }));
    const answers = await this.#deps.bind(bindings, this.#signal);
    const seconds = (clock.nowMs() - startedMs) / 1000;
    const failed: Promise<void>[] = [];
    for (const [index, placement] of batch.entries()) {
      const answer = answers[index];
      if (answer === 'done') {
        metrics.bindSeconds.observe(seconds);
        this.#succeeded(placement);
      } else failed.push(this.#failed(placement, answer?.error));
    }
    const succeeded = batch.length - failed.length;
    if (succeeded > 0) metrics.attempts.inc({ result: 'scheduled' }, succeeded);
    this.#inFlight -= succeeded;
    await Promise.all(failed);
    this.#inFlight -= failed.length;
  }

  #succeeded({ pod, node }: Placement): void {
    this.#deps.onBound(pod.uid);
    const message = `Successfully assigned ${pod.namespace}/${pod.name} to ${node}`;
    const regarding = this.#deps.cache.get(podKind, keyOf(pod)) ?? bareReference(pod);
    this.#deps.recordEvent({ regarding, severity: 'Normal', reason: 'Scheduled', message });
  }

  async #failed(placement: Placement, error: unknown): Promise<void> {
    const { pod, node } = placement;
    const key = keyOf(pod);
    this.#deps.metrics.attempts.inc({ result: 'failed' });
    this.#deps.logger.warn('bind failed', { ...key, node, error: messageOf(error) });
    if (!isDefinite(error) && !(await this.#caughtUp())) return;
    const present = this.#deps.cache.get<Pod>(podKind, key);
    const wasBound = present?.metadata.uid === pod.uid && present.spec.nodeName === node;
    if (wasBound) {
      this.#deps.metrics.attempts.inc({ result: 'scheduled' });
      this.#succeeded(placement);
    } else this.#deps.onNotBound(pod.uid);
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

function keyOf({ namespace, name }: PodView): ObjectKey {
  return { namespace, name };
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
