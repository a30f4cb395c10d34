// Times as the API writes them: whole seconds, UTC.

/** `2026-01-31T12:00:00Z`. */
export function timeText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

/** Milliseconds since the epoch; undefined for absent or unreadable times. */
export function timeOf(text: string | null | undefined): number | undefined {
  if (text === undefined || text === null) return undefined;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : atMs;
}
