// Reads of DNS packets what can be read without understanding it: names, the question, where records begin and end.
// Pure; never reads outside the packet, and each loop goes forward only.

export const HEADER_BYTES = 12;
/** RFC 1035: labels and names. */
const NAME_BYTES_MAX = 255;
/** Pointers that a name may have: no program writes more than a few. */
const POINTERS_MAX = 32;
const POINTER = 0xc0;
/** Type, class, time to live and length of a record. */
const RECORD_HEAD_BYTES = 10;

/** Bits of the second word. */
export const FLAG = {
  response: 0x8000,
  authoritative: 0x0400,
  truncated: 0x0200,
  desired: 0x0100,
  available: 0x0080,
  checkingDisabled: 0x0010,
} as const;

/** Results, by RFC 1035 and RFC 6891. */
export const RCODE = {
  noError: 0,
  formatError: 1,
  serverFailure: 2,
  nameError: 3,
  notImplemented: 4,
  refused: 5,
  badVersion: 16,
} as const;

/** Types of records that are looked at by number. */
export const TYPE = {
  a: 1,
  cname: 5,
  soa: 6,
  ptr: 12,
  txt: 16,
  aaaa: 28,
  srv: 33,
  opt: 41,
  any: 255,
} as const;

/** A question as it stands in a packet. */
export interface WireQuestion {
  /** In lower case; a byte that is no plain character is escaped, so that no label looks like two. */
  labels: readonly string[];
  type: number;
  class: number;
  /** Its bytes, and where what follows begins. */
  bytes: Buffer;
  end: number;
}

/** Where the parts of a record are. */
export interface WireRecord {
  type: number;
  ttl: number;
  ttlAt: number;
  dataAt: number;
  end: number;
}

/** The question at `at`; undefined when there is none. A pointer in it is refused: nothing is in front of it. */
export function readQuestion(packet: Buffer, at: number): WireQuestion | undefined {
  const labels: string[] = [];
  let offset = at;
  for (;;) {
    const length = packet[offset];
    if (length === undefined || length >= 64) return undefined;
    offset += 1;
    if (length === 0) break;
    if (offset + length - at >= NAME_BYTES_MAX || offset + length >= packet.length) return undefined;
    labels.push(labelText(packet.subarray(offset, offset + length)));
    offset += length;
  }
  if (offset + 4 > packet.length) return undefined;
  return {
    labels,
    type: packet.readUInt16BE(offset),
    class: packet.readUInt16BE(offset + 2),
    bytes: packet.subarray(at, offset + 4),
    end: offset + 4,
  };
}

/** The name at `at` and where what follows begins; undefined when it is none. */
export function readName(packet: Buffer, at: number): { labels: string[]; end: number } | undefined {
  const labels: string[] = [];
  let offset = at;
  let end: number | undefined;
  let bytes = 0;
  for (let pointers = 0; ;) {
    const length = packet[offset];
    if (length === undefined) return undefined;
    if (length === 0) return { labels, end: end ?? offset + 1 };
    if (length >= POINTER) {
      const low = packet[offset + 1];
      if (low === undefined || ++pointers > POINTERS_MAX) return undefined;
      end ??= offset + 2;
      offset = (length - POINTER) * 256 + low;
    } else {
      bytes += length + 1;
      if (length >= 64 || bytes >= NAME_BYTES_MAX || offset + length >= packet.length) return undefined;
      labels.push(labelText(packet.subarray(offset + 1, offset + 1 + length)));
      offset += length + 1;
    }
  }
}

/** The record whose name ends before `at`; undefined when it does not fit into the packet. */
export function readRecordAfterName(packet: Buffer, at: number): WireRecord | undefined {
  if (at + RECORD_HEAD_BYTES > packet.length) return undefined;
  const dataAt = at + RECORD_HEAD_BYTES;
  const end = dataAt + packet.readUInt16BE(at + 8);
  if (end > packet.length) return undefined;
  return { type: packet.readUInt16BE(at), ttl: packet.readUInt32BE(at + 4), ttlAt: at + 4, dataAt, end };
}

/** All records of a packet behind its question; undefined when they are not what the header promises. */
export function readRecords(packet: Buffer, questionEnd: number): WireRecord[] | undefined {
  const count = packet.readUInt16BE(6) + packet.readUInt16BE(8) + packet.readUInt16BE(10);
  // A record has eleven bytes at least: a header cannot make anybody count further than the packet reaches.
  if (count * (RECORD_HEAD_BYTES + 1) > packet.length) return undefined;
  const records: WireRecord[] = [];
  let offset = questionEnd;
  for (let at = 0; at < count; at += 1) {
    const name = readName(packet, offset);
    const record = name && readRecordAfterName(packet, name.end);
    if (record === undefined) return undefined;
    records.push(record);
    offset = record.end;
  }
  return records;
}

/** The bytes of a name; undefined when it is none. */
export function encodeName(name: string): Buffer | undefined {
  const labels = name === '' ? [] : name.split('.').map((label) => Buffer.from(label, 'latin1'));
  const isWrong = labels.some(({ length }) => length === 0 || length > 63);
  const bytes = Buffer.concat([
    ...labels.flatMap((label) => [Buffer.from([label.length]), label]),
    Buffer.of(0),
  ]);
  return isWrong || bytes.length > NAME_BYTES_MAX ? undefined : bytes;
}

function labelText(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  if (/^[-a-z0-9_]*$/.test(text)) return text;
  return text
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replace(/[^-a-z0-9_]/g, (other) => `\\${String(other.charCodeAt(0)).padStart(3, '0')}`);
}
