// Requests to the control plane: refusals come back as values, with the server's own sentence.
import type { StatusCause } from '@gantry/api/status-error';

/** What came of a request. */
export type Outcome<T> =
  | { ok: true; value: T; warnings: readonly string[] }
  /** `code` is HTTP's; 0 when the control plane cannot be reached. */
  | {
      ok: false;
      code: number;
      reason: string;
      message: string;
      /** What is wrong with which field, where the server tells. */
      causes?: readonly StatusCause[];
    };

/** A request. `path` begins with `/`. */
export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** An object is sent as JSON, a text as it is. */
  body?: object | string;
  contentType?: string;
  accept?: string;
  signal?: AbortSignal;
}

/** Sends requests as the user of the session. */
export type Request = <T = unknown>(path: string, options?: RequestOptions) => Promise<Outcome<T>>;

/** Proves that a change was asked for by this page: another site cannot set it. */
const OWN_HEADER = { 'X-Gantry-Dashboard': '1' };

/** @param onSignedOut called when the session is no longer good. */
export function createRequest(fetchText: typeof fetch, onSignedOut: () => void): Request {
  return async <T>(path: string, options: RequestOptions = {}): Promise<Outcome<T>> => {
    try {
      const response = await fetchText(path, initOf(options));
      if (response.status === 401) onSignedOut();
      return await outcomeOf<T>(response);
    } catch (error) {
      if (options.signal?.aborted === true)
        return { ok: false, code: 0, reason: 'Aborted', message: 'no longer wanted' };
      const why = error instanceof Error ? error.message : String(error);
      return {
        ok: false,
        code: 0,
        reason: 'Unreachable',
        message: `the control plane cannot be reached: ${why}`,
      };
    }
  };
}

function initOf({ method = 'GET', body, contentType, accept, signal }: RequestOptions): RequestInit {
  return {
    method,
    credentials: 'same-origin',
    headers: {
      Accept: accept ?? 'application/json',
      ...OWN_HEADER,
      ...(body === undefined ? {} : { 'Content-Type': contentType ?? 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  };
}

async function outcomeOf<T>(response: Response): Promise<Outcome<T>> {
  const text = await response.text();
  const isJson = (response.headers.get('Content-Type') ?? '').includes('json');
  const value = isJson && text !== '' ? (JSON.parse(text) as unknown) : text;
  if (response.ok)
    return { ok: true, value: value as T, warnings: warningsOf(response.headers.get('Warning')) };
  const { message, reason, details, errorDetails, errorCode } = statusOf(value);
  return {
    ok: false,
    code: response.status,
    reason: reason ?? errorCode ?? response.statusText,
    message: message ?? errorDetails ?? `the server answered ${response.status}`,
    ...(details?.causes === undefined ? {} : { causes: details.causes }),
  };
}

interface Refusal {
  message?: string;
  reason?: string;
  details?: { causes?: readonly StatusCause[] };
  /** OFREP's names for the same. */
  errorDetails?: string;
  errorCode?: string;
}

function statusOf(value: unknown): Refusal {
  return typeof value === 'object' && value !== null ? value : {};
}

/** The sentences of `299 - "…", 299 - "…"`. */
export function warningsOf(header: string | null): string[] {
  return [...(header ?? '').matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, sentence = '']) =>
    sentence.replaceAll(/\\(.)/g, '$1'),
  );
}
