// Questions to other resolvers and what becomes of their answers. Pure: packets in, packets out.
import dnsPacket, { type Answer } from 'dns-packet';
import { RECORD_TTL_SECONDS } from './dns-record.ts';
import type { Query } from './read-query.ts';
import { encodeName, FLAG, HEADER_BYTES, RCODE, readQuestion, readRecords, TYPE } from './wire.ts';
import { bytesMaxOf, UDP_BYTES_MAX, writeAnswer, type Transport } from './write-answer.ts';

const QUESTION_TAIL_BYTES = 4;
/** Records of an answer that are looked at behind a name that stands for another. */
const CHASED_RECORDS_MAX = 200;

/** A client's question as we ask it: with our own id, and our own size. */
export function writeUpstreamQuery(query: Query, id: number): Buffer {
  const { question, edns } = query;
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(id, 0);
  const checking = query.isCheckingDisabled ? FLAG.checkingDisabled : 0;
  header.writeUInt16BE((query.isRecursive ? FLAG.desired : 0) | checking, 2);
  header.writeUInt16BE(1, 4);
  if (edns === undefined) return Buffer.concat([header, question.bytes]);
  header.writeUInt16BE(1, 10);
  const opt = Buffer.alloc(11);
  opt.writeUInt16BE(TYPE.opt, 1);
  opt.writeUInt16BE(UDP_BYTES_MAX, 3);
  opt.writeUInt16BE(edns.isSecure ? 0x8000 : 0, 7);
  return Buffer.concat([header, question.bytes, opt]);
}

/** Whether `packet` answers what was `asked`: id, question and form. All else may be somebody else's invention. */
export function isAnswerTo(asked: Buffer, packet: Buffer): boolean {
  if (packet.length < HEADER_BYTES || packet.readUInt16BE(0) !== asked.readUInt16BE(0)) return false;
  const isResponse = (packet.readUInt16BE(2) & FLAG.response) !== 0;
  if (!isResponse || packet.readUInt16BE(4) !== 1) return false;
  const wanted = readQuestion(asked, HEADER_BYTES);
  const question = readQuestion(packet, HEADER_BYTES);
  if (question === undefined || question.type !== wanted?.type || question.class !== wanted.class)
    return false;
  if (question.labels.join('.') !== wanted.labels.join('.')) return false;
  return isTruncated(packet) || readRecords(packet, question.end) !== undefined;
}

export function isTruncated(packet: Buffer): boolean {
  return (packet.readUInt16BE(2) & FLAG.truncated) !== 0;
}

/** The result that a packet tells. */
export function rcodeOf(packet: Buffer): number {
  return packet.readUInt16BE(2) & 15;
}

/** The same question about another name; undefined when that is no name. */
export function aboutName(query: Query, name: string): Query | undefined {
  const encoded = encodeName(name);
  if (encoded === undefined) return undefined;
  const { bytes } = query.question;
  const whole = Buffer.concat([encoded, bytes.subarray(bytes.length - QUESTION_TAIL_BYTES)]);
  const question = readQuestion(whole, 0);
  return question === undefined ? undefined : { ...query, question };
}

/** An answer of another resolver for this client: its id, its spelling of the name, no more than it takes. */
export function forClient(answer: Buffer, query: Query, transport: Transport): Buffer {
  const { bytes } = query.question;
  if (answer.length > bytesMaxOf(transport, query.edns) || isTruncated(answer)) {
    return writeAnswer(query, { rcode: rcodeOf(answer), isAuthoritative: false, isCut: true }, transport);
  }
  const own = Buffer.from(answer);
  own.writeUInt16BE(query.id, 0);
  bytes.copy(own, HEADER_BYTES);
  return own;
}

/** What others say of the name that a name of ours stands for, behind ours. */
export function chasedAnswer(
  { query, aliases }: { query: Query; aliases: readonly Answer[] },
  answer: Buffer,
  transport: Transport,
): { packet: Buffer; rcode: number } {
  const told = recordsIn(answer);
  const rcode = told === undefined ? RCODE.serverFailure : rcodeOf(answer);
  const isCut = told !== undefined && isTruncated(answer);
  const answers = [...aliases, ...(told ?? [])];
  return { rcode, packet: writeAnswer(query, { rcode, isAuthoritative: false, answers, isCut }, transport) };
}

/** What cannot be written again is left out; undefined when the answer cannot be read. */
function recordsIn(answer: Buffer): Answer[] | undefined {
  try {
    const { answers = [] } = dnsPacket.decode(answer);
    return answers
      .slice(0, CHASED_RECORDS_MAX)
      .filter(({ type }) => type === 'A' || type === 'AAAA' || type === 'CNAME')
      .map((record) => withTtlAtMost(record));
  } catch {
    return undefined;
  }
}

/** A Service that becomes another one is soon seen, whatever the other name's owner thinks. */
function withTtlAtMost(record: Answer): Answer {
  const { ttl = 0 } = record as { ttl?: number };
  return { ...record, ttl: Math.min(ttl, RECORD_TTL_SECONDS) } as Answer;
}
