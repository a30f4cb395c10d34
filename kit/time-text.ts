// Times as the API writes them: RFC 3339 in whole seconds, UTC.

/** Many times of one moment are written one after the other. */
let last = { second: Number.NaN, text: '' };

/**
 * `2026-01-31T12:00:00Z`, as Kubernetes writes times.
 *
 * @param atMs milliseconds since the epoch.
 */
export function timeText(atMs: number): string {
  const second = Math.floor(atMs / 1_000);
  if (second !== last.second)
    last = { second, text: `${new Date(second * 1_000).toISOString().slice(0, 19)}Z` };
  return last.text;
}

/** Milliseconds since the epoch; undefined for absent or unreadable times. */
export function timeMs(text: string | null | undefined): number | undefined {
  if (text === undefined || text === null) return undefined;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : atMs;
}
