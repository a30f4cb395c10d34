// What a client of the live connection says. Pure.

/** A wish of the client. */
export type ClientMessage = { type: 'open'; id: number; path: string } | { type: 'close'; id: number };

/** The message, or undefined when it is none of this protocol. */
export function readMessage(text: string): ClientMessage | undefined {
  const { open, close, path } = record(text);
  if (isId(open) && typeof path === 'string' && path.startsWith('/')) return { type: 'open', id: open, path };
  return isId(close) ? { type: 'close', id: close } : undefined;
}

function record(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** 0 is the server's own. */
function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
