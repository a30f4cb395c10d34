// What a packet of a client gets: an answer from the names of the cluster, a question to somebody else, or nothing.
// Pure, and total: no bytes make it throw.
import type { Answer } from 'dns-packet';
import type { Random } from '@gantry/kit/random';
import { RECORD_TTL_SECONDS, type DnsRecord, type Lookup } from './dns-record.ts';
import { readQuery, type Query } from './read-query.ts';
import type { Records } from './records.ts';
import { RCODE, TYPE } from './wire.ts';
import { writeAnswer, writeRefusal, type AnswerParts, type Transport } from './write-answer.ts';

/** What is to be done about a packet. */
export type Outcome =
  | { type: 'answer'; packet: Buffer; rcode: number; queryType: number }
  /** The question is for others. */
  | { type: 'forward'; query: Query }
  /** The name stands for one that others know: `aliases` come in front of what they say of `target`. */
  | { type: 'chase'; query: Query; target: string; aliases: readonly Answer[] }
  | { type: 'drop' };

export interface AnswerDeps {
  records: Records;
  random: Random;
}

/** Names that stand for names: further ones are a circle. */
const ALIASES_MAX = 8;
const CLASS_IN = 1;
const TYPE_NUMBERS: Record<DnsRecord['type'], number> = {
  A: TYPE.a,
  CNAME: TYPE.cname,
  PTR: TYPE.ptr,
  TXT: TYPE.txt,
  SRV: TYPE.srv,
};

/** Decides about one packet. */
export function answerQuery(deps: AnswerDeps, packet: Buffer, transport: Transport): Outcome {
  const read = readQuery(packet);
  if (read.type === 'nonsense') return { type: 'drop' };
  if (read.type === 'refused') {
    const { rcode, head } = read;
    return { type: 'answer', packet: writeRefusal(head, rcode), rcode, queryType: head.question?.type ?? 0 };
  }
  const { query } = read;
  if ((query.edns?.version ?? 0) > 0) return refuse(query, RCODE.badVersion);
  if (query.question.class !== CLASS_IN) return refuse(query, RCODE.refused);
  // Zone transfers and the like are for servers among themselves.
  if (query.question.type > 250 && query.question.type < TYPE.any) return refuse(query, RCODE.refused);
  return answerName(deps, query, transport);
}

/** An answer without records. */
export function refuse(query: Query, rcode: number): Outcome & { type: 'answer' } {
  return { type: 'answer', packet: writeRefusal(query, rcode), rcode, queryType: query.question.type };
}

function answerName(deps: AnswerDeps, query: Query, transport: Transport): Outcome {
  const { records } = deps;
  const { type } = query.question;
  const aliases: DnsRecord[] = [];
  let lookup = records.lookup(query.question.labels);
  for (;;) {
    const alias = aliasOf(lookup, type);
    if (alias === undefined) break;
    if (aliases.length >= ALIASES_MAX) return refuse(query, RCODE.serverFailure);
    aliases.push(alias);
    lookup = records.lookup(alias.data.split('.'));
    if (lookup.type === 'foreign')
      return { type: 'chase', query, target: alias.data, aliases: aliases.map(toAnswer) };
  }
  if (lookup.type === 'foreign') return { type: 'forward', query };
  if (lookup.type === 'not-read') return refuse(query, RCODE.serverFailure);
  const parts = partsOf(deps, query, lookup, aliases);
  const packet = writeAnswer(query, parts, transport);
  return { type: 'answer', packet, rcode: parts.rcode, queryType: type };
}

/** The other name to look for, unless it is the alias itself that is asked for. */
function aliasOf(lookup: Lookup, type: number): (DnsRecord & { type: 'CNAME' }) | undefined {
  if (lookup.type !== 'found' || type === TYPE.cname || type === TYPE.any) return undefined;
  const [first] = lookup.records;
  return first?.type === 'CNAME' ? { ...first, type: 'CNAME' } : undefined;
}

function partsOf(
  { records, random }: AnswerDeps,
  query: Query,
  lookup: Lookup & { type: 'found' | 'unknown' },
  aliases: readonly DnsRecord[],
): AnswerParts {
  const { labels, type } = query.question;
  if (lookup.type === 'unknown') {
    return {
      rcode: RCODE.nameError,
      isAuthoritative: true,
      answers: aliases.map(toAnswer),
      authorities: [soa(records)],
    };
  }
  const wanted = lookup.records.filter((record) => type === TYPE.any || TYPE_NUMBERS[record.type] === type);
  const isApex = type === TYPE.soa && labels.join('.') === records.clusterDomain;
  const answers = [...aliases, ...rotate(wanted, random)].map(toAnswer);
  if (isApex) answers.push(soa(records));
  return {
    rcode: RCODE.noError,
    isAuthoritative: true,
    answers,
    authorities: wanted.length === 0 && !isApex ? [soa(records)] : [],
    additionals: wanted.length === 0 ? [] : lookup.additionals.map(toAnswer),
  };
}

/** Most clients take the first: each gets another one. The order stays the same but for where it begins. */
function rotate<T>(items: readonly T[], random: Random): readonly T[] {
  if (items.length < 2) return items;
  const from = Math.floor(random.next() * items.length);
  return [...items.slice(from), ...items.slice(0, from)];
}

function toAnswer(record: DnsRecord): Answer {
  return { ...record, ttl: RECORD_TTL_SECONDS };
}

/** Says how long an answer without records may be kept (RFC 2308). */
function soa(records: Records): Answer {
  return {
    name: records.clusterDomain,
    type: 'SOA',
    ttl: RECORD_TTL_SECONDS,
    data: {
      mname: `ns.dns.${records.clusterDomain}`,
      rname: `hostmaster.${records.clusterDomain}`,
      serial: records.version() >>> 0,
      refresh: 7_200,
      retry: 1_800,
      expire: 86_400,
      minimum: RECORD_TTL_SECONDS,
    },
  };
}
