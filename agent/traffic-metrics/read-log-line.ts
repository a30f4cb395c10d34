// The lines that HAProxy logs of requests and connections, and the words that have it do so. Pure: no line makes it throw.

/** One request (HTTP) or connection (TCP) that reached a server. */
export interface LoggedLatency {
  slot: string;
  server: string;
  latencyMs: number;
  /** For how many this line stands. */
  share: number;
}

/**
 * Telling and reading of a request costs some tenth of what it costs to pass it on. A frontend that has more than this
 * tells of some only, drawn by chance.
 */
const WHOLE_REQUESTS_PER_SECOND = 1_000;
const SHARE = 32;
const IS_MUCH = `{ fe_req_rate ge ${WHOLE_REQUESTS_PER_SECOND} }`;
/**
 * For a frontend: its lines each stand for one request, or for {@link SHARE}. Only what is told of gets a variable, which
 * would cost every request memory and its return.
 */
export const HTTP_LOG_SHARE = [
  `http-request set-var(txn.share) int(${SHARE}) if ${IS_MUCH} { rand(${SHARE}) eq 0 }`,
  `http-request set-log-level silent if ${IS_MUCH} !{ var(txn.share) -m found }`,
];

/** Longer lines are none of ours. */
export const LOG_LINE_BYTES_MAX = 256;
/** Nothing lasts longer: HAProxy ends what is silent for 24 h. */
const LATENCY_MS_MAX = 7 * 24 * 3_600_000;

/** Whole time from the first byte of the request to the last of the answer; waits and retries are in it. */
export const HTTP_LOG_FORMAT = 'log-format "h %b %s %ST %Ta %[var(txn.share)]"';
/** Time until a server took the connection; how long it lasts is the clients' choice. */
export const TCP_LOG_FORMAT = 'log-format "t %b %s 0 %Tc -"';

const LINE = /^([ht]) ([a-z0-9-]{1,40}) (s-[0-9_]{1,15}-\d{1,5}) (\d{1,3}) (\d{1,10})(?: (-|\d{1,4}))?$/;
/** An upgraded connection ends when its client likes. */
const SWITCHED = 101;

/** Undefined for lines that tell no latency of a server: refusals, connections that were not made, nonsense. */
export function readLogLine(line: string): LoggedLatency | undefined {
  if (line.length > LOG_LINE_BYTES_MAX) return undefined;
  // One that an agent before this has configured says no share.
  const [, mode, slot, server, status, time, share = ''] = LINE.exec(line) ?? [];
  if (slot === undefined || server === undefined) return undefined;
  if (mode === 'h' && (Number(status) < 100 || Number(status) === SWITCHED)) return undefined;
  const latencyMs = Number(time);
  return latencyMs > LATENCY_MS_MAX
    ? undefined
    : { slot, server, latencyMs, share: /\d/.test(share) ? Number(share) : 1 };
}
