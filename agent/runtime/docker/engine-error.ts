// The engine's failures in our words, translated once, here.
import { messageOf, OperationalError } from '@gantry/kit/operational-error';

/** A request that the engine refused or never answered. `statusCode` is absent when there was no answer. */
export class EngineError extends OperationalError {
  readonly statusCode: number | undefined;

  constructor(
    code: string,
    message: string,
    options: { cause?: unknown; statusCode?: number | undefined } = {},
  ) {
    super(code, message, options);
    this.name = 'EngineError';
    this.statusCode = options.statusCode;
  }
}

/** What docker-modem adds to its errors. */
interface ModemError {
  statusCode?: number;
  json?: { message?: string } | string | Buffer | null;
}

/** What the sockets say when nobody is there. */
const UNREACHABLE =
  /ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|EACCES|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|socket hang up/;

/** `runtime-unavailable`: no answer, or not in time. */
export function unavailable(what: string, cause?: unknown): EngineError {
  const why = cause === undefined ? 'no answer in time' : messageOf(cause);
  return new EngineError('runtime-unavailable', `container engine: ${what}: ${why}`, { cause });
}

/** Translates what a request threw. `what` says what was tried. */
export function engineError(what: string, error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const { statusCode } = error as ModemError;
  const message = reasonOf(error);
  const text = `${what}: ${message}`;
  if (statusCode === undefined) {
    return UNREACHABLE.test(`${codeText(error)} ${message}`)
      ? unavailable(what, error)
      : new EngineError('engine-failed', text, { cause: error });
  }
  return new EngineError(codeOfStatus(statusCode), text, { cause: error, statusCode });
}

/** The engine's own words, without what the client wraps around them. */
export function reasonOf(error: unknown): string {
  if (error instanceof EngineError && error.cause !== undefined) return reasonOf(error.cause);
  const { json } = error as ModemError;
  if (json !== null && typeof json === 'object' && 'message' in json && json.message)
    return json.message.trim();
  return messageOf(error).trim();
}

function codeOfStatus(statusCode: number): string {
  if (statusCode === 304) return 'not-modified';
  if (statusCode === 404) return 'not-found';
  if (statusCode === 409) return 'conflict';
  if (statusCode === 503) return 'runtime-unavailable';
  return 'engine-failed';
}

function codeText(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** Whether `error` is an engine's answer with one of these codes. */
export function hasStatus(error: unknown, ...statusCodes: readonly number[]): boolean {
  return (
    error instanceof EngineError && error.statusCode !== undefined && statusCodes.includes(error.statusCode)
  );
}
