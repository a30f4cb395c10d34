// The words that have HAProxy tell of each request over a Unix socket. A ring of its own memory lies in between: when
// nobody reads, the oldest lines are overwritten and no request waits.
import { HTTP_LOG_FORMAT, TCP_LOG_FORMAT } from './read-log-line.ts';

/** Beside the configuration, in whose folder HAProxy runs. */
export const TRAFFIC_SOCKET = 'traffic.sock';

const RING = 'traffic';
/** A second of some 20,000 requests. */
const RING_BYTES = 1_048_576;
const LINE_BYTES = 256;

/** Where the lines go; empty when nobody counts. */
export function trafficRing(isCounted: boolean | undefined): string {
  if (isCounted !== true) return '';
  return `
ring ${RING}
  format raw
  maxlen ${LINE_BYTES}
  size ${RING_BYTES}
  timeout connect 1s
  timeout server 10s
  server agent unix@${TRAFFIC_SOCKET}
`;
}

/** Lines of a frontend of this mode; none when nobody counts. */
export function trafficLog(isCounted: boolean | undefined, mode: 'http' | 'tcp'): string[] {
  if (isCounted !== true) return [];
  return [`  log ring@${RING} format raw daemon`, `  ${mode === 'http' ? HTTP_LOG_FORMAT : TCP_LOG_FORMAT}`];
}
