// Answers of other resolvers, kept for a short time. Bounded in number, size and age; only what says something is kept.
import type { Clock } from '@gantry/kit/clock';
import { RecentMap } from '@gantry/kit/recent-map';
import type { Query } from './read-query.ts';
import { HEADER_BYTES, RCODE, readQuestion, readRecords, TYPE, type WireRecord } from './wire.ts';
import { isTruncated, rcodeOf } from './upstream-message.ts';

const ENTRIES_MAX = 4_000;
const ENTRY_BYTES_MAX = 2_048;
const AGE_MAX_SECONDS = 30;
const SECOND_MS = 1_000;

interface Entry {
  packet: Buffer;
  /** Records that get older. */
  records: readonly WireRecord[];
  storedAtMs: number;
  lifetimeMs: number;
}

/** What makes two questions the same: everything that an answer may depend on. */
export function questionKey({ question, edns, isRecursive, isCheckingDisabled }: Query): string {
  const { type, labels, class: number } = question;
  const wishes = [edns !== undefined, edns?.isSecure === true, isRecursive, isCheckingDisabled].map(Number);
  return `${type}/${number}/${wishes.join('')}/${labels.join('.')}`;
}

export class AnswerCache {
  readonly #clock: Clock;
  readonly #entries = new RecentMap<Entry>(ENTRIES_MAX);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** With the time to live that is left. */
  get(key: string): Buffer | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const ageMs = this.#clock.nowMs() - entry.storedAtMs;
    if (ageMs < 0 || ageMs >= entry.lifetimeMs) return undefined;
    const packet = Buffer.from(entry.packet);
    const age = Math.floor(ageMs / SECOND_MS);
    for (const { ttl, ttlAt } of entry.records) packet.writeUInt32BE(Math.max(0, ttl - age), ttlAt);
    return packet;
  }

  /** Keeps an answer, if it may be kept. */
  set(key: string, packet: Buffer): void {
    const isPositive = rcodeOf(packet) === RCODE.noError && packet.readUInt16BE(6) > 0;
    if (!isPositive || packet.length > ENTRY_BYTES_MAX || isTruncated(packet)) return;
    const question = readQuestion(packet, HEADER_BYTES);
    const all = question && readRecords(packet, question.end);
    // The time of an OPT record is none: it holds flags.
    const records = all?.filter(({ type }) => type !== TYPE.opt) ?? [];
    const seconds = Math.min(AGE_MAX_SECONDS, ...records.map(({ ttl }) => ttl));
    if (records.length === 0 || seconds <= 0) return;
    this.#entries.set(key, {
      packet,
      records,
      storedAtMs: this.#clock.nowMs(),
      lifetimeMs: seconds * SECOND_MS,
    });
  }
}
