// Reads a question that came from a client. Pure, and total: whatever the bytes are, the answer is one of three.
import dnsPacket from 'dns-packet';
import { FLAG, HEADER_BYTES, RCODE, readQuestion, type WireQuestion } from './wire.ts';

/** What a client says of itself by EDNS0 (RFC 6891). */
export interface Edns {
  /** The largest packet that it takes over UDP. */
  size: number;
  version: number;
  /** It wants signatures. */
  isSecure: boolean;
}

/** A question that can be answered. */
export interface Query {
  id: number;
  opcode: number;
  /** It wants others to be asked. */
  isRecursive: boolean;
  isCheckingDisabled: boolean;
  question: WireQuestion;
  edns: Edns | undefined;
}

export type ReadQuery =
  | { type: 'query'; query: Query }
  /** Something is wrong with it, and a client can be told so. */
  | { type: 'refused'; rcode: number; head: QueryHead }
  /** Nothing that could be answered without harm. */
  | { type: 'nonsense' };

/** What a refusal repeats. */
export type QueryHead = Pick<Query, 'id' | 'opcode' | 'isRecursive' | 'isCheckingDisabled'> & {
  question?: WireQuestion;
};

/** Records that queries may have in their sections; who sends more wants something else. */
const RECORDS_MAX = [1, 1, 2] as const;
const OPCODE_QUERY = 0;

/** What a packet asks. */
export function readQuery(packet: Buffer): ReadQuery {
  if (packet.length < HEADER_BYTES) return { type: 'nonsense' };
  const flags = packet.readUInt16BE(2);
  // Answers to answers would go on for ever.
  if ((flags & FLAG.response) !== 0) return { type: 'nonsense' };
  const head: QueryHead = {
    id: packet.readUInt16BE(0),
    opcode: (flags >> 11) & 15,
    isRecursive: (flags & FLAG.desired) !== 0,
    isCheckingDisabled: (flags & FLAG.checkingDisabled) !== 0,
  };
  const question = packet.readUInt16BE(4) === 1 ? readQuestion(packet, HEADER_BYTES) : undefined;
  if (head.opcode !== OPCODE_QUERY) {
    return { type: 'refused', rcode: RCODE.notImplemented, head: withQuestion(head, question) };
  }
  if (question === undefined) return { type: 'refused', rcode: RCODE.formatError, head };
  const edns = readEdns(packet);
  if (edns === 'malformed')
    return { type: 'refused', rcode: RCODE.formatError, head: withQuestion(head, question) };
  return { type: 'query', query: { ...head, question, edns } };
}

function withQuestion(head: QueryHead, question: WireQuestion | undefined): QueryHead {
  return question === undefined ? head : { ...head, question };
}

/** Counts are looked at first: the decoder makes room for as many records as a header promises. */
function readEdns(packet: Buffer): Edns | undefined | 'malformed' {
  const counts = RECORDS_MAX.map((max, at) => ({ max, count: packet.readUInt16BE(6 + 2 * at) }));
  if (counts.some(({ count, max }) => count > max)) return 'malformed';
  if (counts.every(({ count }) => count === 0)) return undefined;
  try {
    const { additionals = [] } = dnsPacket.decode(packet);
    const found = additionals.flatMap((record) => (record.type === 'OPT' ? [record] : []));
    const [own, ...more] = found;
    if (own === undefined) return undefined;
    if (more.length > 0) return 'malformed';
    return { size: own.udpPayloadSize, version: own.ednsVersion, isSecure: own.flag_do };
  } catch {
    return 'malformed';
  }
}
