// The words that have HAProxy tell of requests on its standard output. It writes a line or drops it, and waits for nobody:
// a full pipe, or another thread that writes at this moment, costs one (measured: one of 1,000 at 1,000 lines a second).
import { HTTP_LOG_FORMAT, HTTP_LOG_SHARE, LOG_LINE_BYTES_MAX, TCP_LOG_FORMAT } from './read-log-line.ts';

/** Lines of a frontend of this mode; none when nobody counts. */
export function trafficLog(isCounted: boolean | undefined, mode: 'http' | 'tcp'): string[] {
  if (isCounted !== true) return [];
  const words = mode === 'http' ? [HTTP_LOG_FORMAT, ...HTTP_LOG_SHARE] : [TCP_LOG_FORMAT];
  return [`log stdout len ${LOG_LINE_BYTES_MAX} format raw daemon`, ...words].map((line) => `  ${line}`);
}
