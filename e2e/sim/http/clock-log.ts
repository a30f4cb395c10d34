// What agents and replicas told each other of their time, in the order in which it was sent and heard.
import { CLOCK_AHEAD_HEADER, CLOCK_HEADER } from '@gantry/api/timeline/clock-header';
import { parseHybrid } from '@gantry/kit/hybrid-time';
import type { ClockMessage } from '../invariants/world-view.ts';
import type { SimProcess } from '../world/process.ts';

/** Notes them until somebody takes them. */
export class ClockLog {
  #messages: ClockMessage[] = [];
  readonly #lives = new Map<SimProcess, number>();

  /** The head of a request as it is sent, or of an answer as it is heard; `exchange` tells which belong together. */
  note(
    type: ClockMessage['type'],
    client: SimProcess,
    exchange: object,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    const time = parseHybrid(headers[CLOCK_HEADER] ?? '');
    if (time === undefined) return;
    const life = this.#lives.get(client) ?? this.#lives.size;
    this.#lives.set(client, life);
    const isMarked = headers[CLOCK_AHEAD_HEADER] !== undefined;
    this.#messages.push({ type, client: `${client.name}#${life}`, exchange, time, isMarked });
  }

  /** Those since the last call. */
  take(): readonly ClockMessage[] {
    const taken = this.#messages;
    this.#messages = [];
    return taken;
  }
}
