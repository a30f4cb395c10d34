// What a Service may ask of its proxy beside addresses: affinity and, by annotation, limits. Pure. Only checked
// numbers leave this file, so no text of a user reaches a configuration.
import { parseDuration } from '@gantry/api/duration';
import { AFFINITY_SECONDS, AFFINITY_SECONDS_MAX, type Service } from '@gantry/api/kinds/service';

/** Silence after which a request (HTTP) or a connection (TCP) is ended: a duration, 1s to 24h. */
export const TIMEOUT_ANNOTATION = 'gantry.dev/proxy-timeout';
/** How long one try to connect to a pod may take: a duration, 100ms to 1m. */
export const CONNECT_TIMEOUT_ANNOTATION = 'gantry.dev/proxy-connect-timeout';
/** Connections to each pod, from each node, at once; further ones queue. A whole number, 1 to 10000. */
export const CONNECTIONS_ANNOTATION = 'gantry.dev/proxy-max-connections';

/** Static parts of a backend: another value needs a reload. Absent: the default of all. */
export interface BackendOptions {
  readonly affinitySeconds?: number;
  readonly timeoutMs?: number;
  readonly connectTimeoutMs?: number;
  readonly connectionsMax?: number;
}

/** An annotation that means nothing; it is passed over. */
export interface OptionProblem {
  readonly annotation: string;
  readonly problem: string;
}

const SECOND_MS = 1_000;
const TIMEOUT = { minMs: SECOND_MS, maxMs: 24 * 3_600 * SECOND_MS, words: '1s to 24h' };
const CONNECT_TIMEOUT = { minMs: 100, maxMs: 60 * SECOND_MS, words: '100ms to 1m' };
const CONNECTIONS_MAX = 10_000;

/** Reads affinity and annotations. */
export function backendOptionsOf(service: Service): { options: BackendOptions; problems: OptionProblem[] } {
  const { annotations = {} } = service.metadata;
  const problems: OptionProblem[] = [];
  const read = (annotation: string, parse: (text: string) => number | string): number | undefined => {
    const text = annotations[annotation];
    if (text === undefined) return undefined;
    const value = parse(text);
    if (typeof value === 'number') return value;
    problems.push({ annotation, problem: value });
    return undefined;
  };
  const affinitySeconds = affinityOf(service);
  const timeoutMs = read(TIMEOUT_ANNOTATION, (text) => durationOf(text, TIMEOUT));
  const connectTimeoutMs = read(CONNECT_TIMEOUT_ANNOTATION, (text) => durationOf(text, CONNECT_TIMEOUT));
  const connectionsMax = read(CONNECTIONS_ANNOTATION, connectionsOf);
  const options = {
    ...(affinitySeconds === undefined ? {} : { affinitySeconds }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
    ...(connectionsMax === undefined ? {} : { connectionsMax }),
  };
  return { options, problems };
}

/** The same for equal options; empty for the defaults. */
export function optionsKey(options: BackendOptions): string {
  const { affinitySeconds, timeoutMs, connectTimeoutMs, connectionsMax } = options;
  const parts = [affinitySeconds, timeoutMs, connectTimeoutMs, connectionsMax];
  return parts.every((part) => part === undefined) ? '' : parts.map((part) => part ?? '').join('/');
}

function affinityOf({ spec }: Service): number | undefined {
  if (spec.sessionAffinity !== 'ClientIP') return undefined;
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS;
  const isGood = Number.isInteger(seconds) && seconds >= 1 && seconds <= AFFINITY_SECONDS_MAX;
  return isGood ? seconds : AFFINITY_SECONDS;
}

function durationOf(text: string, bounds: { minMs: number; maxMs: number; words: string }): number | string {
  const ms = parseDuration(text);
  const isGood = ms !== undefined && Number.isInteger(ms) && ms >= bounds.minMs && ms <= bounds.maxMs;
  return isGood ? ms : `must be a duration of ${bounds.words}`;
}

function connectionsOf(text: string): number | string {
  const count = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return count >= 1 && count <= CONNECTIONS_MAX ? count : `must be a whole number, 1 to ${CONNECTIONS_MAX}`;
}
