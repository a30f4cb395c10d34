// The engine's events of this node, for as long as the engine lives and again when it is back.
import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import { backoffMs, type BackoffPolicy } from '@gantry/kit/backoff';
import { sleep, type Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import { systemRandom } from '@gantry/kit/random';
import type { RuntimeEvent } from '../runtime.ts';
import type { Engine } from './engine.ts';
import { LABEL } from './labels.ts';

/** An event of any container of the node. What came from the pool has no pod's label. */
export interface EngineEvent {
  /** `kill`: the engine was asked to kill it at once. */
  type: RuntimeEvent['type'] | 'kill';
  containerId: string;
  podUid: string | undefined;
}

/** Who hears what. */
export interface EventListener {
  onEvent(event: EngineEvent): void;
  /** The stream has begun, at first or again: what happened before it is not known. */
  onConnected(): void;
}

const TYPES = ['start', 'kill', 'die', 'oom', 'destroy'] as const;
const SIGKILL = '9';
const RECONNECT: BackoffPolicy = { initialMs: 100, maxMs: 5000, factor: 2, jitter: 0.2 };
/** An event is a few hundred bytes; a line beyond this is none. */
const LINE_LENGTH_MAX = 1 << 20;

/** What following needs. */
export interface EventDeps {
  engine: Engine;
  clock: Clock;
  logger: Logger;
  nodeName: string;
}

/** Ends when the signal is aborted. */
export async function followEvents(
  deps: EventDeps,
  listener: EventListener,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      const source = await connect(deps, signal);
      failures = 0;
      listener.onConnected();
      for await (const line of lines(source)) {
        const event = parseEvent(line);
        if (event !== undefined) listener.onEvent(event);
      }
    } catch (error) {
      if (signal.aborted) return;
      const fields = { error: messageOf(error), failures };
      if (failures === 0) deps.logger.warn('events of the engine are interrupted', fields);
      else deps.logger.debug('events of the engine are still interrupted', fields);
    }
    failures += 1;
    await sleep(deps.clock, backoffMs(RECONNECT, failures, systemRandom), signal).catch(() => undefined);
  }
}

function connect(deps: EventDeps, signal: AbortSignal): Promise<Readable> {
  const filters = { type: ['container'], event: [...TYPES], label: [`${LABEL.node}=${deps.nodeName}`] };
  return deps.engine.stream({
    what: 'events',
    path: '/events',
    method: 'GET',
    query: { filters: JSON.stringify(filters) },
    signal,
  });
}

/** What the engine writes of an event, as far as it matters. */
interface RawEvent {
  Action?: string;
  Actor?: { ID?: string; Attributes?: Record<string, string> };
}

/** @returns undefined for what is no event of a container's life. Pure. */
export function parseEvent(line: string): EngineEvent | undefined {
  const raw = JSON.parse(line) as RawEvent;
  const type = TYPES.find((known) => known === raw.Action);
  const containerId = raw.Actor?.ID;
  if (type === undefined || containerId === undefined) return undefined;
  const attributes = raw.Actor?.Attributes ?? {};
  // Other signals are requests; a container that is asked to end may do as it likes.
  if (type === 'kill' && attributes['signal'] !== SIGKILL) return undefined;
  return { type, containerId, podUid: attributes[LABEL.podUid] };
}

/** Whole lines of a stream; what is left when it ends was cut off and is dropped. */
export async function* lines(source: Readable): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of source as AsyncIterable<Buffer>) {
    rest += decoder.write(chunk);
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end).trim();
      rest = rest.slice(end + 1);
      if (line !== '') yield line;
    }
    if (rest.length > LINE_LENGTH_MAX) throw new Error('a line of the engine is too long');
  }
}
