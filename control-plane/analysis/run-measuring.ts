// The leader takes the measurements of running AnalysisRuns: each metric on its own, a bounded number at once, each within its
// time. What was measured is written under the leader's fence; a crash at any point only repeats a measurement.
// Runs that have ended cost nothing: no key, no timer.
import { withArguments } from '@gantry/api/analysis/arguments';
import { isEnded, isEndPhase } from '@gantry/api/analysis/run-phase';
import { analysisRunKind, type AnalysisRun } from '@gantry/api/kinds/analysis-run';
import type { AnalysisRunStatus } from '@gantry/api/kinds/analysis/run-status';
import { keyOf, keyText, type AnyObject } from '@gantry/api/meta';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import { withinTime } from '@gantry/kit/within-time';
import type { Ids, Random } from '@gantry/kit/random';
import { WorkQueue } from '@gantry/kit/work-queue';
import type { Cache } from '../cache/cache.ts';
import type { EngineMetrics } from '../engine/engine-metrics.ts';
import type { EventRecorder } from '../engine/events.ts';
import { parseKey } from '../engine/pass.ts';
import { writeContextOf, type Fence } from '../engine/write-context.ts';
import type { Resources } from '../resources/resources.ts';
import { runTime } from './assess.ts';
import { endNote } from './end-note.ts';
import { errorMeasured, type Measure, type Measured } from './measure.ts';
import { nextMeasurements, type Due } from './next-measurements.ts';
import { secretArguments, withoutSecrets } from './secrets.ts';
import { withMeasurement, type Taken } from './with-measurement.ts';

/** What measuring needs. */
export interface MeasuringDeps {
  cache: Cache;
  resources: Resources;
  fence: Fence;
  clock: Clock;
  random: Random;
  ids: Ids;
  logger: Logger;
  measure: Measure;
  events: Pick<EventRecorder, 'record'>;
  /** Those of the controllers: a look at a metric is a pass, under the name `analysis`. */
  metrics: Pick<EngineMetrics, 'passes' | 'keysRefused'>;
  /** Told each look at a metric, for tests. */
  onLook?: (key: string) => void;
}

/** Measurements at once: of what the proxies count, and of what others answer, so that slow ones hold up only their like. */
const WORKERS = { gantry: 8, others: 32 } as const;
type Lane = keyof typeof WORKERS;
/** The longest that a measurement may take, whatever its own time is. */
export const MEASURE_MAX_MS = 310_000;
/** Whose writes and Events they are. */
const SOURCE = 'analysis';
/** After a full queue has refused a metric. */
const LOOK_AT_ALL_MS = 1_000;
/** Metrics that may wait. */
const QUEUE_MAX = 50_000;
/** A metric that was measured is looked at again even if no event of the write wakes it. */
const SECOND_LOOK_MS = 5_000;
/** After a write that failed. */
const BACKOFF = { initialMs: 50, maxMs: 30_000, factor: 2, jitter: 0.2 };
const RETRY_RATE = { perSecond: 50, burst: 200 };

/** Measures until the signal is aborted; does not throw. */
export async function runMeasuring(deps: MeasuringDeps, signal: AbortSignal): Promise<void> {
  const measuring = new Measuring(deps);
  await measuring.run(signal);
}

class Measuring {
  readonly #deps: MeasuringDeps;
  readonly #queues: Readonly<Record<Lane, WorkQueue>>;
  #cancelLook: (() => void) | undefined;

  constructor(deps: MeasuringDeps) {
    this.#deps = deps;
    const onRefused = (): void => {
      deps.metrics.keysRefused.inc({ controller: SOURCE });
      this.#lookAtAllLater();
    };
    const queue = (): WorkQueue =>
      new WorkQueue({
        ...{ clock: deps.clock, random: deps.random, backoff: BACKOFF, retryRate: RETRY_RATE },
        sizeMax: QUEUE_MAX,
        hooks: { onRefused },
      });
    this.#queues = { gantry: queue(), others: queue() };
  }

  async run(signal: AbortSignal): Promise<void> {
    const { cache } = this.#deps;
    const stop = cache.onEvent(analysisRunKind, ({ type, object }) => {
      if (type !== 'DELETED') this.#wake(object);
    });
    const close = (): void => {
      for (const queue of Object.values(this.#queues)) queue.close();
    };
    signal.addEventListener('abort', close, { once: true });
    try {
      await cache.waitForNewest(signal).catch(() => undefined);
      this.#wakeAll();
      const lanes = Object.keys(WORKERS) as Lane[];
      await Promise.all(
        lanes.flatMap((lane) => Array.from({ length: WORKERS[lane] }, () => this.#work(lane, signal))),
      );
    } finally {
      signal.removeEventListener('abort', close);
      stop();
      this.#cancelLook?.();
      close();
    }
  }

  #wakeAll(): void {
    for (const run of this.#deps.cache.list(analysisRunKind)) this.#wake(run);
  }

  /** A full queue has refused a metric: all are looked at again. */
  #lookAtAllLater(): void {
    this.#cancelLook ??= this.#deps.clock.schedule(LOOK_AT_ALL_MS, () => {
      this.#cancelLook = undefined;
      this.#wakeAll();
    });
  }

  /** Adds the metrics that are measured here and have not ended. */
  #wake(object: AnyObject): void {
    const run = object as AnalysisRun;
    if (isEnded(run) || run.status?.startedAt === undefined) return;
    for (const { name, provider } of run.spec.metrics) {
      const result = run.status.metricResults?.find((other) => other.name === name);
      if (provider.job !== undefined || isEndPhase(result?.phase)) continue;
      this.#queues[provider.gantry === undefined ? 'others' : 'gantry'].add(`${keyText(keyOf(run))}#${name}`);
    }
  }

  async #work(lane: Lane, signal: AbortSignal): Promise<void> {
    const queue = this.#queues[lane];
    for (;;) {
      const key = signal.aborted ? undefined : await queue.take();
      if (key === undefined) return;
      try {
        const nextAtMs = await this.#look(key, signal);
        this.#count('done');
        queue.forget(key);
        if (nextAtMs !== undefined) queue.addAfter(key, nextAtMs - this.#deps.clock.nowMs());
      } catch (error) {
        if (signal.aborted) return;
        this.#count('back-off');
        const retryInMs = queue.retry(key);
        this.#deps.logger.warn('measurement not written', { key, error: messageOf(error), retryInMs });
      } finally {
        queue.done(key);
      }
    }
  }

  #count(result: string): void {
    this.#deps.metrics.passes.inc({ controller: SOURCE, result });
  }

  /** One look at a metric: measures it if it is due. @returns when to look again; a write wakes by itself. */
  async #look(key: string, signal: AbortSignal): Promise<number | undefined> {
    this.#deps.onLook?.(key);
    const at = key.indexOf('#');
    const run = this.#deps.cache.get(analysisRunKind, parseKey(key.slice(0, at)));
    if (run === undefined) return undefined;
    const metrics = run.spec.metrics.filter(({ name }) => name === key.slice(at + 1));
    const { due, nextAtMs } = nextMeasurements(
      { ...run, spec: { ...run.spec, metrics } },
      this.#deps.clock.nowMs(),
    );
    for (const one of due) await this.#write(run, await this.#take(run, one, signal), signal);
    return due.length === 0 ? nextAtMs : this.#deps.clock.nowMs() + SECOND_LOOK_MS;
  }

  async #take(run: AnalysisRun, due: Due, signal: AbortSignal): Promise<Taken> {
    const startedAt = runTime(this.#deps.clock.nowMs());
    const secrets = secretArguments(run, this.#deps.cache);
    const measured =
      'problem' in secrets
        ? errorMeasured(secrets.problem)
        : await this.#measured(run, due, secrets.values, startedAt, signal);
    const hidden = 'problem' in secrets ? [] : secrets.values.values();
    const { measurement, metadata, anew } = withoutSecrets(measured, hidden);
    const finished = isEndPhase(measurement.phase) ? { finishedAt: runTime(this.#deps.clock.nowMs()) } : {};
    const began = anew === true ? startedAt : (due.resume?.startedAt ?? startedAt);
    return {
      metric: due.resolved.name,
      measurement: { ...measurement, startedAt: began, ...finished },
      ...(metadata === undefined ? {} : { metadata }),
    };
  }

  async #measured(
    run: AnalysisRun,
    { resolved, result, resume }: Due,
    secrets: ReadonlyMap<string, string>,
    startedAt: string,
    signal: AbortSignal,
  ): Promise<Measured> {
    const { clock, measure } = this.#deps;
    const tooLate = (): Error => new Error(`no answer within ${MEASURE_MAX_MS / 1000} s`);
    try {
      const request = {
        ...{ run, startedAt, metric: withArguments(resolved.metric, secrets) },
        ...(result === undefined ? {} : { result }),
        ...(resume === undefined ? {} : { resume }),
      };
      return await withinTime({ clock, timeoutMs: MEASURE_MAX_MS, tooLate, signal }, (own) =>
        measure(request, own),
      );
    } catch (error) {
      signal.throwIfAborted();
      return errorMeasured(messageOf(error));
    }
  }

  /** Onto whatever the status is by then; races are run again by the resources themselves. */
  async #write(run: AnalysisRun, taken: Taken, signal: AbortSignal): Promise<void> {
    const { resources, cache, clock, ids, fence, events } = this.#deps;
    let ended: AnalysisRunStatus | undefined;
    const context = writeContextOf({ component: SOURCE, fence, requestId: ids.uid(), signal });
    const change = (current: AnyObject): AnyObject => {
      if (current.metadata.uid !== run.metadata.uid) return current;
      const status = withMeasurement(current as AnalysisRun, taken, clock.nowMs());
      ended = isEndPhase(status?.phase) ? status : undefined;
      return status === undefined ? current : { ...current, status };
    };
    const written = await resources.update(analysisRunKind, keyOf(run), 'status', change, context);
    if (ended !== undefined) events.record(endNote(run, ended), SOURCE);
    // Else the next look might see the state before, and measure once more.
    await cache.waitFor(Number(written.metadata.resourceVersion) || 0, signal);
  }
}
