// The plans that other replicas remember, asked for when a timeline is: a plan is known to the replica that made it, and to
// nobody else. A replica that does not answer is named, and fails nothing.
import { SKEW_TOLD_MS, type TimelineClock } from '@gantry/api/timeline/timeline-entry';
import type { Clock } from '@gantry/kit/clock';
import { formatHybrid, parseHybrid, type HybridTime } from '@gantry/kit/hybrid-time';
import { isRecord } from '@gantry/kit/is-record';
import { messageOf } from '@gantry/kit/operational-error';
import { withinTime } from '@gantry/kit/within-time';
import { REPLICAS_MAX } from '@gantry/kit/tunnel/replica-news';
import type { TimelineRecord } from './timeline-record.ts';

/** Which plans are asked for. */
export interface PlansAsked {
  /** Empty: of all. Plans of cluster-wide objects come along. */
  namespace: string;
  sinceMs: number;
}

/** Where other replicas are, and how they are asked. */
export interface PlanPeers {
  /** `address:port` of all others that are known. */
  servers(): readonly string[];
  /** What a replica says, not yet looked at. @throws when it does not answer. */
  ask(server: string, asked: PlansAsked, signal: AbortSignal): Promise<unknown>;
}

/** What the others have said. */
export interface PeerAnswers {
  records: readonly TimelineRecord[];
  clocks: readonly TimelineClock[];
  /** What is missing, a sentence each. */
  warnings: readonly string[];
  /** How many were asked. */
  asked: number;
}

export const NO_PEERS: PeerAnswers = { records: [], clocks: [], warnings: [], asked: 0 };
/** A replica that takes longer is left out of this answer. */
export const PEER_ANSWERS_WITHIN_MS = 2_000;

/** What a replica answers: its plans as they are, and what time it has. */
export interface ReplicaPlans {
  now: string;
  plans: readonly (Omit<TimelineRecord, 'at'> & { at: string })[];
}

/** The answer of this replica. */
export function replicaPlans(
  records: readonly TimelineRecord[],
  { namespace, sinceMs }: PlansAsked,
  now: HybridTime,
): ReplicaPlans {
  const wanted = records.filter(({ at, entry: { type, object } }) => {
    const isWithin = namespace === '' || object.namespace === undefined || object.namespace === namespace;
    return type === 'plan' && isWithin && at.wallMs >= sinceMs;
  });
  return {
    now: formatHybrid(now),
    plans: wanted.map(({ at, ...told }) => ({ ...told, at: formatHybrid(at) })),
  };
}

/** Asks them all at once. Does not throw. */
export async function peerAnswers(
  peers: PlanPeers,
  asked: PlansAsked,
  at: { clock: Clock; signal: AbortSignal },
): Promise<PeerAnswers> {
  const known = peers.servers();
  const servers = known.slice(0, REPLICAS_MAX);
  const answers = await Promise.all(servers.map((server) => answerOf(peers, server, asked, at)));
  const surplus = known.length - servers.length;
  const left = `plans of ${surplus} replicas are missing: no more than ${REPLICAS_MAX} are asked`;
  return {
    records: answers.flatMap(({ records }) => records),
    clocks: answers.flatMap(({ clocks }) => clocks),
    warnings: [...answers.flatMap(({ warnings }) => warnings), ...(surplus > 0 ? [left] : [])],
    asked: servers.length,
  };
}

async function answerOf(
  peers: PlanPeers,
  server: string,
  asked: PlansAsked,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<Omit<PeerAnswers, 'asked'>> {
  let late: Error | undefined;
  const limit = {
    ...{ clock, signal, timeoutMs: PEER_ANSWERS_WITHIN_MS },
    tooLate: () => (late = new Error(`no answer within ${PEER_ANSWERS_WITHIN_MS / 1000} s`)),
  };
  try {
    const value = await withinTime(limit, (own) => peers.ask(server, asked, own));
    return recordsOf(server, value, clock.nowMs());
  } catch (error) {
    return { ...NO_PEERS, warnings: [missingText(server, messageOf(late ?? error))] };
  }
}

const missingText = (server: string, why: string): string =>
  `plans that the control plane replica ${server} made are missing: ${why}`;

/** Its records in this replica's time, as far as they are any: it may be of another version. */
function recordsOf(server: string, value: unknown, nowMs: number): Omit<PeerAnswers, 'asked'> {
  const { now, plans } = isRecord(value) ? value : {};
  const heard = typeof now === 'string' ? parseHybrid(now) : undefined;
  if (heard === undefined || !Array.isArray(plans))
    return { ...NO_PEERS, warnings: [missingText(server, 'its answer is of another version')] };
  const offMs = heard.wallMs - nowMs;
  const isOff = Math.abs(offMs) > SKEW_TOLD_MS;
  return {
    records: plans.flatMap((plan) => placed(plan, isOff ? -offMs : 0)),
    clocks: isOff ? [{ where: `replica ${server}`, skewMs: offMs }] : [],
    warnings: [],
  };
}

function placed(value: unknown, shiftMs: number): TimelineRecord[] {
  if (!isRecord(value) || !isRecord(value['entry']) || !Array.isArray(value['owners'])) return [];
  const { at, entry, ...told } = value;
  const time = typeof at === 'string' ? parseHybrid(at) : undefined;
  const { id, type, what, object } = entry;
  const isPlan = type === 'plan' && typeof id === 'string' && typeof what === 'string' && isRecord(object);
  if (time === undefined || !isPlan) return [];
  const record = { ...told, entry } as unknown as Omit<TimelineRecord, 'at'>;
  return [{ ...record, at: { ...time, wallMs: Math.max(0, time.wallMs + shiftMs) } }];
}
