// Requests to whatever a metric names: a bounded time, a bounded answer, http and https only, and errors that say what to look
// at. What was sent is in no message: it may come from a Secret.
import type { Clock } from '@gantry/kit/clock';
import { withinTime } from '@gantry/kit/within-time';
import { codeOf } from '@gantry/kit/operational-error';
import { Agent, request as send, type Dispatcher } from 'undici';

/** A request. */
export interface HttpRequest {
  url: string;
  method: 'GET' | 'POST' | 'PUT';
  headers: Readonly<Record<string, string>>;
  body?: string;
  timeoutMs: number;
  /** Whether a certificate is taken as it is. */
  insecure: boolean;
}

/** Its answer, as text. */
export interface HttpAnswer {
  status: number;
  text: string;
}

/** Sends. @throws Error with a sentence for users. */
export type Http = (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>;

/** Longest answer. */
export const ANSWER_BYTES_MAX = 1024 * 1024;

/** Connections are made for each request anew: intervals are longer than servers keep them. */
export function createHttp(clock: Clock): Http {
  return async (request, signal) => {
    const { host, protocol } = new URL(request.url);
    if (protocol !== 'http:' && protocol !== 'https:')
      throw new Error(`${protocol} is not supported: use http or https`);
    let isLate = false;
    const tooLate = (): Error => {
      isLate = true;
      return new Error('timeout');
    };
    const dispatcher = new Agent({ pipelining: 0, connect: { rejectUnauthorized: !request.insecure } });
    try {
      return await withinTime({ clock, timeoutMs: request.timeoutMs, tooLate, signal }, (own) =>
        exchange(request, dispatcher, own),
      );
    } catch (error) {
      signal.throwIfAborted();
      if (isLate)
        throw new Error(`${host} did not answer within ${request.timeoutMs / 1000} s`, { cause: error });
      throw new Error(`${host} cannot be reached: ${troubleOf(error)}`, { cause: error });
    } finally {
      await dispatcher.destroy().catch(() => undefined);
    }
  };
}

async function exchange(
  request: HttpRequest,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const { url, method, headers, body } = request;
  const answer = await send(url, {
    method,
    headers,
    dispatcher,
    signal,
    ...(body === undefined ? {} : { body }),
  });
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of answer.body) {
    parts.push(part as Buffer);
    bytes += (part as Buffer).length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error(`the answer is longer than ${ANSWER_BYTES_MAX} bytes`);
  }
  return { status: answer.statusCode, text: Buffer.concat(parts).toString() };
}

/** What a system call said, without what was sent. */
function troubleOf(error: unknown): string {
  const code = codeOf(error) ?? codeOf((error as { cause?: unknown }).cause);
  const message = error instanceof Error && error.message !== '' ? error.message : 'no reason given';
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}

/** Headers as a record; of one name the last counts. */
export function headersOf(
  list: readonly { key: string; value: string }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((list ?? []).map(({ key, value }) => [key.toLowerCase(), value]));
}

/** The beginning of an answer, for messages. */
export function excerpt(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > EXCERPT_MAX ? `${line.slice(0, EXCERPT_MAX)}…` : line;
}

const EXCERPT_MAX = 200;
