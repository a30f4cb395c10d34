// Writes an answer: the question as it came, names said once, no more bytes than the client takes. Pure.
import dnsPacket, { type Answer } from 'dns-packet';
import type { QueryHead } from './read-query.ts';
import { FLAG, HEADER_BYTES, readName, readRecordAfterName, TYPE } from './wire.ts';

/** What larger packets over UDP would be cut into on some ways, and then lost (DNS flag day 2020). */
export const UDP_BYTES_MAX = 1_232;
/** RFC 1035: what every client takes. */
const UDP_BYTES_MIN = 512;
const TCP_BYTES_MAX = 65_535;
const OPT_BYTES = 11;
/** No record is shorter, so that no more than this many have to be made. */
const RECORD_BYTES_MIN = 12;
/** Pointers reach no further. */
const POINTER_MAX = 0x3fff;

/** How an answer travels. */
export type Transport = 'udp' | 'tcp';

/** What an answer says. */
export interface AnswerParts {
  rcode: number;
  isAuthoritative: boolean;
  answers?: readonly Answer[];
  authorities?: readonly Answer[];
  additionals?: readonly Answer[];
  /** More was known than is here. */
  isCut?: boolean;
}

/** The head of a query, with EDNS0 when the client knows it. */
export type AnsweredHead = QueryHead & { edns?: { size: number; isSecure: boolean } | undefined };

/** How many bytes an answer may have. */
export function bytesMaxOf(transport: Transport, edns: { size: number } | undefined): number {
  if (transport === 'tcp') return TCP_BYTES_MAX;
  return Math.min(UDP_BYTES_MAX, Math.max(UDP_BYTES_MIN, edns?.size ?? 0));
}

/** The packet. What does not fit is left out; `TC` says so when it is more than a courtesy. */
export function writeAnswer(head: AnsweredHead, parts: AnswerParts, transport: Transport): Buffer {
  const opt = head.edns === undefined ? undefined : optRecord(parts.rcode, head.edns.isSecure);
  const bytesMax = bytesMaxOf(transport, head.edns) - (opt?.length ?? 0);
  const body = new Body(head, bytesMax);
  const { answers = [], authorities = [], additionals = [] } = parts;
  const counts = [answers, authorities, additionals].map((records) => body.add(records));
  const isCut = parts.isCut === true || counts[0] !== answers.length || counts[1] !== authorities.length;
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(head.id, 0);
  header.writeUInt16BE(flagsOf(head, parts, isCut), 2);
  header.writeUInt16BE(head.question === undefined ? 0 : 1, 4);
  header.writeUInt16BE(counts[0] ?? 0, 6);
  header.writeUInt16BE(counts[1] ?? 0, 8);
  header.writeUInt16BE((counts[2] ?? 0) + (opt === undefined ? 0 : 1), 10);
  return Buffer.concat([header, ...body.pieces, ...(opt === undefined ? [] : [opt])]);
}

function flagsOf(head: QueryHead, { rcode, isAuthoritative }: AnswerParts, isCut: boolean): number {
  return (
    FLAG.response |
    (head.opcode << 11) |
    (isAuthoritative ? FLAG.authoritative : 0) |
    (isCut ? FLAG.truncated : 0) |
    (head.isRecursive ? FLAG.desired : 0) |
    FLAG.available |
    (head.isCheckingDisabled ? FLAG.checkingDisabled : 0) |
    (rcode & 15)
  );
}

/** What we say of ourselves: the largest packet that we take, and the upper bits of the result. */
function optRecord(rcode: number, isSecure: boolean): Buffer {
  const opt = Buffer.alloc(OPT_BYTES);
  opt.writeUInt16BE(TYPE.opt, 1);
  opt.writeUInt16BE(UDP_BYTES_MAX, 3);
  opt.writeUInt8(rcode >> 4, 5);
  opt.writeUInt16BE(isSecure ? 0x8000 : 0, 7);
  return opt;
}

/** Question and records, as far as they fit. */
class Body {
  readonly pieces: Buffer[] = [];
  readonly #bytesMax: number;
  #bytes = HEADER_BYTES;
  /** Where names were written that later ones can point to. */
  readonly #places = new Map<string, number>();
  #isFull = false;

  constructor({ question }: QueryHead, bytesMax: number) {
    this.#bytesMax = bytesMax;
    if (question === undefined) return;
    // As it came: clients compare it byte for byte. Names that point to it are in its case as well.
    this.#rememberName(question.labels, lengthsOf(question.bytes));
    this.#push(question.bytes);
  }

  /** @returns how many of the records were written. */
  add(records: readonly Answer[]): number {
    if (records.length === 0 || this.#isFull) return 0;
    const some = records.slice(0, Math.ceil(this.#bytesMax / RECORD_BYTES_MIN));
    const packet = dnsPacket.encode({ type: 'response', answers: [...some] });
    let offset = HEADER_BYTES;
    for (let count = 0; count < some.length; count += 1) {
      const name = readName(packet, offset);
      const record = name && readRecordAfterName(packet, name.end);
      if (name === undefined || record === undefined) return count;
      if (!this.#addRecord(packet, offset, name, record.end)) return count;
      offset = record.end;
    }
    return some.length;
  }

  #addRecord(packet: Buffer, start: number, name: { labels: string[]; end: number }, end: number): boolean {
    const { labels } = name;
    const lengths = lengthsOf(packet.subarray(start, name.end));
    const known = labels.findIndex((_, at) => this.#places.has(suffixOf(labels, at)));
    const kept = known === -1 ? labels.length : known;
    const ownBytes = lengths.slice(0, kept).reduce((sum, length) => sum + length, 0);
    const tail = Buffer.alloc(known === -1 ? 1 : 2);
    if (known !== -1) tail.writeUInt16BE(0xc000 | (this.#places.get(suffixOf(labels, known)) ?? 0));
    const size = ownBytes + tail.length + end - name.end;
    if (this.#bytes + size > this.#bytesMax) {
      this.#isFull = true;
      return false;
    }
    this.#rememberName(labels.slice(0, kept), lengths, labels);
    this.#push(packet.subarray(start, start + ownBytes), tail, packet.subarray(name.end, end));
    return true;
  }

  #rememberName(labels: readonly string[], lengths: readonly number[], whole = labels): void {
    let offset = this.#bytes;
    labels.forEach((_, at) => {
      const suffix = suffixOf(whole, at);
      if (offset <= POINTER_MAX && !this.#places.has(suffix)) this.#places.set(suffix, offset);
      offset += lengths[at] ?? 0;
    });
  }

  #push(...pieces: Buffer[]): void {
    for (const piece of pieces) {
      this.pieces.push(piece);
      this.#bytes += piece.length;
    }
  }
}

function suffixOf(labels: readonly string[], from: number): string {
  return labels.slice(from).join('.');
}

/** Bytes of each label of an uncompressed name, with the one that says its length. */
function lengthsOf(bytes: Buffer): number[] {
  const lengths: number[] = [];
  for (let offset = 0, length = bytes[0] ?? 0; length > 0; length = bytes[offset] ?? 0) {
    lengths.push(length + 1);
    offset += length + 1;
  }
  return lengths;
}

/** An answer that only says that something went wrong. */
export function writeRefusal(head: AnsweredHead, rcode: number): Buffer {
  return writeAnswer(head, { rcode, isAuthoritative: false }, 'udp');
}
