// Stores what users should be told as core/v1 Events: counted, combined, limited. Recording never waits and never
// fails; an Event that cannot be stored is dropped and counted in a metric.
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import { isAlreadyExists, isNotFound } from '@gantry/api/status-error';
import { eventKind } from '@gantry/api/kinds/event';
import type { Clock } from '@gantry/kit/clock';
import { sleep } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import { createPlain } from '../resources/create-plain.ts';
import type { ResourcesDeps } from '../resources/deps.ts';
import type { Resources, WriteContext } from '../resources/resources.ts';
import type { EventNote } from './controller.ts';
import type { EngineMetrics } from './engine-metrics.ts';
import { EventLimits } from './event-limits.ts';
import { eventKeyOf, identityOf, newEvent, repeatedEvent, type Occurrences } from './event-object.ts';
import { writeContextOf, type Fence } from './write-context.ts';

/** Takes notes for users. */
export interface EventRecorder {
  /** @param source the component that reports, e.g. `deployment-controller`. */
  record(note: EventNote, source: string): void;
}

/** What the recorder needs. */
export interface EventRecorderDeps {
  resources: Pick<Resources, 'create' | 'update'>;
  /** For new Events, many in one transaction. */
  resourcesDeps: ResourcesDeps;
  fence: Fence;
  clock: Clock;
  metrics: Pick<EngineMetrics, 'eventsDropped'>;
  logger: Logger;
}

/** Notes that may wait; more are dropped. A burst of 10,000 binds has room. */
export const PENDING_MAX = 20_000;
/** Events written together. */
const BATCH_MAX = 100;
/**
 * Between full batches: Events come after what they tell of. At most 1,000 a second are written, so that in a burst
 * they take a small part of the store and of the processor.
 */
const FULL_BATCH_PAUSE_MS = 100;
/** Repetitions written at the same time. */
const REPETITIONS_AT_ONCE = 16;
/** Times that a write is tried before the Event is dropped. */
const TRIES_MAX = 3;
const RETRY_AFTER_MS = 500;

/** Makes a recorder; nothing is stored until {@link RunningEventRecorder.run}. */
export function createEventRecorder(deps: EventRecorderDeps): RunningEventRecorder {
  return new RunningEventRecorder(deps);
}

/** An {@link EventRecorder} with its writer. */
export class RunningEventRecorder implements EventRecorder {
  readonly #deps: EventRecorderDeps;
  readonly #limits: EventLimits;
  readonly #pending = new Map<string, Occurrences>();
  #wake: () => void = () => undefined;

  constructor(deps: EventRecorderDeps) {
    this.#deps = deps;
    this.#limits = new EventLimits(deps.clock);
  }

  record(note: EventNote, source: string): void {
    if (this.#pending.size >= PENDING_MAX) {
      this.#deps.metrics.eventsDropped.inc({ cause: 'full' });
      return;
    }
    const verdict = this.#limits.judge(note, source);
    if (verdict.type === 'drop') {
      this.#deps.metrics.eventsDropped.inc({ cause: 'rate' });
      return;
    }
    const nowMs = this.#deps.clock.nowMs();
    const { combined } = verdict;
    const key = identityOf({ note, source, combined });
    const pending = this.#pending.get(key);
    const { severity, reason, message } = note;
    const slim = { regarding: referenceOf(note.regarding), severity, reason, message };
    const [count, firstMs] = pending === undefined ? [1, nowMs] : [pending.count + 1, pending.firstMs];
    this.#pending.set(key, { note: slim, source, combined, count, firstMs, lastMs: nowMs });
    this.#wake();
  }

  /** Writes what was recorded until the signal is aborted. What is then still pending is not written. */
  async run(signal: AbortSignal): Promise<void> {
    const onAbort = (): void => {
      this.#wake();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    while (!signal.aborted) {
      await this.#something();
      const written = signal.aborted ? 0 : await this.#writeBatch(signal);
      if (written < BATCH_MAX) continue;
      await sleep(this.#deps.clock, FULL_BATCH_PAUSE_MS, signal).catch(() => undefined);
    }
    signal.removeEventListener('abort', onAbort);
  }

  /** Writes all that is pending now. */
  async flush(signal?: AbortSignal): Promise<void> {
    while (this.#pending.size > 0 && !signal?.aborted) await this.#writeBatch(signal);
  }

  /** @returns how many Events. */
  async #writeBatch(signal: AbortSignal | undefined): Promise<number> {
    const batch = first(this.#pending, BATCH_MAX);
    for (const [key] of batch) this.#pending.delete(key);
    const all = batch.map(([, occurrences]) => occurrences);
    const { cache } = this.#deps.resourcesDeps;
    const fresh = all.filter((each) => cache.get(eventKind, eventKeyOf(each)) === undefined);
    const outcomes = await createPlain(
      this.#deps.resourcesDeps,
      eventKind,
      fresh.map(newEvent),
      this.#context(signal),
    );
    // What is there already is counted up; what did not get through is tried again by itself.
    const stored = new Set(fresh.filter((_, index) => outcomes[index]?.type === 'done'));
    const left = all.filter((each) => !stored.has(each));
    for (let from = 0; from < left.length; from += REPETITIONS_AT_ONCE) {
      const some = left.slice(from, from + REPETITIONS_AT_ONCE);
      await Promise.all(some.map((occurrences) => this.#store(occurrences, signal)));
    }
    return batch.length;
  }

  #something(): Promise<void> {
    if (this.#pending.size > 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #store(occurrences: Occurrences, signal: AbortSignal | undefined): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#write(occurrences, signal);
        return;
      } catch (error) {
        if (signal?.aborted) return;
        if (tries >= TRIES_MAX || !isWorthRetrying(error)) {
          this.#deps.metrics.eventsDropped.inc({ cause: 'failed' });
          this.#deps.logger.debug('event not stored', { error: messageOf(error) });
          return;
        }
        await sleep(this.#deps.clock, RETRY_AFTER_MS * tries, signal).catch(() => undefined);
      }
    }
  }

  async #write(occurrences: Occurrences, signal: AbortSignal | undefined): Promise<void> {
    const key = eventKeyOf(occurrences);
    if (this.#deps.resourcesDeps.cache.get(eventKind, key) !== undefined) {
      try {
        await this.#repeat(key, occurrences, signal);
        return;
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
    try {
      await this.#deps.resources.create(eventKind, newEvent(occurrences), this.#context(signal));
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      await this.#repeat(key, occurrences, signal);
    }
  }

  async #repeat(key: ObjectKey, occurrences: Occurrences, signal: AbortSignal | undefined): Promise<void> {
    const countUp = (stored: AnyObject): AnyObject => repeatedEvent(stored, occurrences);
    await this.#deps.resources.update(eventKind, key, 'main', countUp, this.#context(signal));
  }

  #context(signal: AbortSignal | undefined): WriteContext {
    return writeContextOf({ component: 'event-recorder', fence: this.#deps.fence, requestId: '', signal });
  }
}

/** A refusal (a namespace that is ending, no more leadership) stays one. */
function isWorthRetrying(error: unknown): boolean {
  const status = (error as { status?: { code?: unknown } } | undefined)?.status?.code;
  return typeof status === 'number' && (status >= 500 || status === 429 || status === 409);
}

/** What of an object its Event names. The object itself is not kept while the Event waits. */
function referenceOf({ apiVersion, kind, metadata }: AnyObject): AnyObject {
  const { namespace, name, uid, resourceVersion } = metadata;
  const named: AnyObject['metadata'] = {};
  if (namespace !== undefined) named.namespace = namespace;
  if (name !== undefined) named.name = name;
  if (uid !== undefined) named.uid = uid;
  if (resourceVersion !== undefined) named.resourceVersion = resourceVersion;
  return { apiVersion, kind, metadata: named };
}

function first<K, V>(map: ReadonlyMap<K, V>, count: number): [K, V][] {
  const found: [K, V][] = [];
  for (const entry of map) {
    if (found.length >= count) break;
    found.push(entry);
  }
  return found;
}
