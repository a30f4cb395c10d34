// Tells users through Events what happened to their pods: best effort, bounded, beside the real work. The same words
// about the same object are one Event with a count.
import type { Client } from '@gantry/api/client';
import { eventKind, type Event } from '@gantry/api/kinds/event';
import { StatusError, isAlreadyExists, isNotFound } from '@gantry/api/status-error';
import type { Clock } from '@gantry/kit/clock';
import { sleep } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { Ids } from '@gantry/kit/random';
import { timeText } from '@gantry/kit/time-text';

/** The object that an Event is about. */
export type Involved = Event['involvedObject'];

export interface EventText {
  severity: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

export interface EventRecorder {
  /** Never waits, never fails. */
  record(involved: Involved, text: EventText): void;
  /** Sends what is left until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

export interface EventRecorderDeps {
  client: Pick<Client, 'create' | 'patch'>;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  nodeName: string;
}

interface Told {
  involved: Involved;
  text: EventText;
  count: number;
  firstAtMs: number;
  lastAtMs: number;
  /** Name of the Event in the API, once it is there. */
  name?: string;
  /** Under which it is being made. */
  triedName?: string | undefined;
}

const COMPONENT = 'gantry-agent';
/** More Events than this at once are not told. */
const QUEUE_MAX = 1000;
/** So many different Events are remembered for counting. */
const REMEMBERED_MAX = 1000;
/** The start of pods comes first; then the same words within this time are one write. */
const GATHER_MS = 700;
/** At most one write of the same words in this time. */
const REPEAT_MS = 10_000;
const RETRY_MS = 5_000;
const TRIES_MAX = 5;
const MESSAGE_LENGTH_MAX = 1024;
/** Leaves room for the suffix. */
const NAME_LENGTH_MAX = 230;

export function createEventRecorder(deps: EventRecorderDeps): EventRecorder {
  return new Recorder(deps);
}

class Recorder implements EventRecorder {
  readonly #deps: EventRecorderDeps;
  /** By words and object; the oldest first. */
  readonly #told = new Map<string, Told>();
  /** Keys of what has to be written, and when. */
  readonly #queue = new Map<string, number>();
  #wake: () => void = () => undefined;

  constructor(deps: EventRecorderDeps) {
    this.#deps = deps;
  }

  record(involved: Involved, text: EventText): void {
    const key = JSON.stringify([involved.uid, involved.fieldPath, text.reason, text.message]);
    const nowMs = this.#deps.clock.nowMs();
    const known = this.#told.get(key);
    if (known === undefined && this.#queue.size >= QUEUE_MAX) return;
    this.#told.delete(key);
    this.#told.set(key, {
      ...(known ?? { involved, text, firstAtMs: nowMs }),
      count: (known?.count ?? 0) + 1,
      lastAtMs: nowMs,
    });
    if (!this.#queue.has(key)) this.#queue.set(key, dueAtMs(known, nowMs));
    this.#forgetOldest();
    this.#wake();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    while (!signal.aborted) {
      const [key, dueMs] = this.#next();
      const delayMs = dueMs - clock.nowMs();
      if (key !== undefined && delayMs <= 0) await this.#send(key, signal);
      else await this.#waitFor(delayMs, signal);
    }
  }

  #next(): [string | undefined, number] {
    let first: [string | undefined, number] = [undefined, Infinity];
    for (const [key, dueMs] of this.#queue) if (dueMs < first[1]) first = [key, dueMs];
    return first;
  }

  #waitFor(delayMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        cancel();
        signal.removeEventListener('abort', finish);
        resolve();
      };
      const cancel = delayMs === Infinity ? () => undefined : this.#deps.clock.schedule(delayMs, finish);
      signal.addEventListener('abort', finish, { once: true });
      this.#wake = finish;
    });
  }

  async #send(key: string, signal: AbortSignal): Promise<void> {
    this.#queue.delete(key);
    for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
      const told = this.#told.get(key);
      if (told === undefined) return;
      try {
        await this.#write(key, told);
        return;
      } catch (error) {
        this.#deps.logger.debug('an Event could not be written', { error: messageOf(error), tries });
        // What the server refuses it will refuse again.
        if (error instanceof StatusError && error.status.code !== undefined && error.status.code < 500)
          return;
        await sleep(this.#deps.clock, RETRY_MS, signal).catch(() => undefined);
        if (signal.aborted) return;
      }
    }
  }

  async #write(key: string, told: Told): Promise<void> {
    const { client } = this.#deps;
    const namespace = told.involved.namespace ?? 'default';
    if (told.name !== undefined) {
      const patch = { count: told.count, lastTimestamp: timeText(told.lastAtMs) };
      try {
        await client.patch(eventKind, { namespace, name: told.name }, 'merge', patch);
        return;
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
    // The same name again after a try of unknown outcome: it may yet be carried out, after what comes next was told.
    told.triedName ??= `${(told.involved.name ?? '').slice(0, NAME_LENGTH_MAX)}.${this.#deps.ids.suffix(12)}`;
    const name = told.triedName;
    await client.create(eventKind, this.#eventOf(told, namespace, name)).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
    const newest = this.#told.get(key);
    if (newest !== undefined) Object.assign(newest, { name, triedName: undefined });
  }

  #eventOf({ involved, text, count, firstAtMs, lastAtMs }: Told, namespace: string, name: string): Event {
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: involved,
      type: text.severity,
      reason: text.reason,
      message: text.message.slice(0, MESSAGE_LENGTH_MAX),
      source: { component: COMPONENT, host: this.#deps.nodeName },
      reportingComponent: COMPONENT,
      reportingInstance: this.#deps.nodeName,
      firstTimestamp: timeText(firstAtMs),
      lastTimestamp: timeText(lastAtMs),
      count,
    };
  }

  #forgetOldest(): void {
    for (const key of this.#told.keys()) {
      if (this.#told.size <= REMEMBERED_MAX) return;
      if (!this.#queue.has(key)) this.#told.delete(key);
    }
  }
}

function dueAtMs(known: Told | undefined, nowMs: number): number {
  if (known === undefined) return nowMs + GATHER_MS;
  return Math.max(nowMs + GATHER_MS, known.lastAtMs + REPEAT_MS);
}
