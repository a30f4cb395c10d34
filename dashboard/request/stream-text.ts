// Text that goes on arriving, such as the log of a container that is followed.
import type { Outcome } from './request.ts';

/** Reads a path until its end; a refusal comes back with the server's own sentence. */
export type StreamText = (
  path: string,
  options: { signal: AbortSignal; onText: (text: string) => void },
) => Promise<Outcome<undefined>>;

/** @param onSignedOut called when the session is no longer good. */
export function createStreamText(fetchText: typeof fetch, onSignedOut: () => void): StreamText {
  return async (path, { signal, onText }) => {
    try {
      const response = await fetchText(path, { credentials: 'same-origin', signal });
      if (response.status === 401) onSignedOut();
      if (!response.ok) return refusalOf(response.status, await response.text());
      await readAll(response, onText);
      return { ok: true, value: undefined, warnings: [] };
    } catch (error) {
      if (signal.aborted) return { ok: false, code: 0, reason: 'Aborted', message: 'no longer wanted' };
      const why = error instanceof Error ? error.message : String(error);
      return { ok: false, code: 0, reason: 'Unreachable', message: `the connection was lost: ${why}` };
    }
  };
}

async function readAll({ body }: Response, onText: (text: string) => void): Promise<void> {
  if (body === null) return;
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    onText(decoder.decode(value, { stream: true }));
  }
  const rest = decoder.decode();
  if (rest !== '') onText(rest);
}

function refusalOf(code: number, text: string): Outcome<undefined> {
  const answer = {
    ok: false,
    code,
    reason: '',
    message: text === '' ? `the server answered ${code}` : text,
  } as const;
  try {
    const { message, reason } = JSON.parse(text) as { message?: string; reason?: string };
    return { ...answer, message: message ?? answer.message, reason: reason ?? '' };
  } catch {
    return answer;
  }
}
