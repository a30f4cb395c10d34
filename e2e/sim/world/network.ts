// The simulated network between hosts: messages take time, are lost and sent again, and do not pass links that are
// cut, in one direction or both. What is held at a cut arrives after it heals, or breaks its connection.
import type { Clock } from '@gantry/kit/clock';
import type { Random } from '@gantry/kit/random';

/** How good the network is. */
export interface NetworkQuality {
  delayMinMs: number;
  delayMaxMs: number;
  /** Share of messages whose first copy is lost: they come a retransmission later. */
  lossRate: number;
  /** Share of requests whose connection breaks before or after they were carried out. */
  resetRate: number;
  /** Share of requests, of those that may be repeated, that arrive twice. */
  duplicateRate: number;
}

/** Linux' first retransmission timeout. */
const RETRANSMIT_MS = 200;
/** A connection whose messages were held for longer is given up. */
const HOLD_MAX_MS = 20_000;

/** What is carried. */
export interface Message {
  arrive: () => void;
  /** Called instead when the connection is given up. */
  broken: () => void;
  /** Messages of one stream arrive in the order in which they were sent; those of one moment travel together. */
  stream?: MessageStream;
}

/** One direction of a connection. */
export interface MessageStream {
  lastArrivalMs: number;
  /** What was sent last. */
  packet?: { sentAtMs: number; arrivals: (() => void)[] };
}

interface Held {
  from: string;
  to: string;
  sinceMs: number;
  message: Message;
}

/** Carries messages. */
export class SimNetwork {
  quality: NetworkQuality;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #cut = new Set<string>();
  #held: Held[] = [];

  constructor(clock: Clock, random: Random, quality: NetworkQuality) {
    this.#clock = clock;
    this.#random = random;
    this.quality = quality;
  }

  /** Whether something happens to a message that happens to this share of them. */
  draw(rate: number): boolean {
    return rate > 0 && this.#random.next() < rate;
  }

  isCut(from: string, to: string): boolean {
    return this.#cut.size > 0 && this.#cut.has(`${from}>${to}`);
  }

  cut(from: string, to: string): void {
    this.#cut.add(`${from}>${to}`);
  }

  heal(from: string, to: string): void {
    if (!this.#cut.delete(`${from}>${to}`)) return;
    const waiting = this.#held;
    this.#held = [];
    for (const held of waiting) {
      if (held.from !== from || held.to !== to) this.#held.push(held);
      else if (this.#clock.nowMs() - held.sinceMs > HOLD_MAX_MS) held.message.broken();
      else this.send(from, to, held.message);
    }
  }

  healAll(): void {
    for (const link of [...this.#cut]) {
      const [from = '', to = ''] = link.split('>');
      this.heal(from, to);
    }
  }

  send(from: string, to: string, message: Message): void {
    if (this.isCut(from, to)) {
      this.#held.push({ from, to, sinceMs: this.#clock.nowMs(), message });
      return;
    }
    const nowMs = this.#clock.nowMs();
    const { stream, arrive } = message;
    if (stream?.packet?.sentAtMs === nowMs) {
      stream.packet.arrivals.push(arrive);
      return;
    }
    const arrivals = [arrive];
    const arrivalMs = Math.max(nowMs + this.#delayMs(from, to), stream?.lastArrivalMs ?? 0);
    if (stream !== undefined) {
      stream.lastArrivalMs = arrivalMs;
      stream.packet = { sentAtMs: nowMs, arrivals };
    }
    this.#clock.schedule(arrivalMs - nowMs, () => {
      for (const each of arrivals) each();
    });
  }

  #delayMs(from: string, to: string): number {
    if (from === to) return 0.05;
    const { delayMinMs, delayMaxMs, lossRate } = this.quality;
    const delayMs = delayMinMs + this.#random.next() * (delayMaxMs - delayMinMs);
    return this.draw(lossRate) ? delayMs + RETRANSMIT_MS * (1 + this.#random.next()) : delayMs;
  }
}
