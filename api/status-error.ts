// The one error that the API answers with: a Kubernetes Status. Server and client throw the same class, so code
// behind either reads the same `status`. Messages follow Kubernetes to the letter: clients match on them.
import type { Issue } from './issue.ts';

/** One cause within a Status. */
export interface StatusCause {
  reason?: string;
  message?: string;
  /** Field path, e.g. `spec.replicas`. */
  field?: string;
}

/** What a Status tells about the object concerned. */
export interface StatusDetails {
  name?: string;
  group?: string;
  /** The plural resource; for `Invalid` the kind, as Kubernetes does. */
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** The body of every answer that is no object. */
export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: Record<string, unknown>;
  status: 'Success' | 'Failure';
  message?: string;
  reason?: string;
  details?: StatusDetails;
  code: number;
}

/** Names a resource; a KindDefinition is one. */
export interface ResourceName {
  group: string;
  resource: string;
}

/** Thrown for each answer that is no success. `code` is the reason, e.g. `NotFound`. */
export class StatusError extends Error {
  readonly status: Status;

  constructor(status: Status, options?: { cause?: unknown }) {
    super(status.message ?? status.reason ?? `status ${status.code}`, options);
    this.name = 'StatusError';
    this.status = status;
  }

  get code(): string {
    return this.status.reason ?? '';
  }

  toJSON(): Status {
    return this.status;
  }
}

/** 404: `pods "web" not found`. */
export function notFound(definition: ResourceName, name: string): StatusError {
  return failure(
    404,
    'NotFound',
    `${resourceText(definition)} ${quote(name)} not found`,
    about(definition, name),
  );
}

/** 409: `pods "web" already exists`. */
export function alreadyExists(definition: ResourceName, name: string): StatusError {
  const message = `${resourceText(definition)} ${quote(name)} already exists`;
  return failure(409, 'AlreadyExists', message, about(definition, name));
}

/** What a stale resourceVersion is answered with. */
export const MODIFIED_MESSAGE =
  'the object has been modified; please apply your changes to the latest version and try again';

/** 409: the write was made against a state that is no longer. */
export function conflict(definition: ResourceName, name: string, message = MODIFIED_MESSAGE): StatusError {
  const text = `Operation cannot be fulfilled on ${resourceText(definition)} ${quote(name)}: ${message}`;
  return failure(409, 'Conflict', text, about(definition, name));
}

/** 422: the object breaks rules; all issues at once. */
export function invalid(
  definition: { group: string; kind: string },
  name: string,
  issues: readonly Issue[],
): StatusError {
  const kind = definition.group === '' ? definition.kind : `${definition.kind}.${definition.group}`;
  const sentences = [...new Set(issues.map((issue) => `${readable(issue.path)}: ${issue.message}`))];
  const found = sentences.length > 1 ? `[${sentences.join(', ')}]` : sentences.join('');
  const details: StatusDetails = {
    ...(name === '' ? {} : { name }),
    ...(definition.group === '' ? {} : { group: definition.group }),
    kind: definition.kind,
  };
  if (issues.length > 0) details.causes = issues.map(causeOf);
  const message = `${kind} ${quote(clipped(name))} is invalid${found === '' ? '' : `: ${found}`}`;
  return failure(422, 'Invalid', message, details);
}

/** Longest name or path that a sentence repeats: no valid one is longer. */
const REPEATED_CHARS_MAX = 512;

function clipped(text: string): string {
  return text.length > REPEATED_CHARS_MAX ? `${text.slice(0, REPEATED_CHARS_MAX)}…` : text;
}

/** A path holds keys as they were sent: no control character in them may reach a terminal. */
function readable(path: string): string {
  return clipped(path).replace(/\p{Cc}/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function causeOf(issue: Issue): StatusCause {
  return { reason: issue.reason, message: issue.message, field: readable(issue.path) };
}

/** 422 about the request as a whole, e.g. a JSON patch whose test failed. */
export function unprocessable(message: string): StatusError {
  return failure(422, 'Invalid', message);
}

/** One field that a server-side apply may not take from its manager. */
export interface ApplyConflict {
  /** `.spec.replicas`. */
  field: string;
  /** `conflict with "kubectl" using apps/v1`. */
  message: string;
}

/** 409: a server-side apply would change fields that others manage. */
export function applyConflict(conflicts: readonly ApplyConflict[]): StatusError {
  const causes = conflicts.map(({ field, message }) => ({ reason: 'FieldManagerConflict', message, field }));
  return failure(409, 'Conflict', applyConflictText(conflicts), { causes });
}

function applyConflictText(conflicts: readonly ApplyConflict[]): string {
  const [first] = conflicts;
  if (first !== undefined && conflicts.length === 1) {
    return `Apply failed with 1 conflict: ${first.message}: ${first.field}`;
  }
  const groups = new Map<string, string[]>();
  for (const { message, field } of conflicts) groups.set(message, [...(groups.get(message) ?? []), field]);
  const lines = [...groups].map(([message, fields]) =>
    fields.length === 1
      ? `${message}: ${fields.join('')}`
      : `${message.replace(/^conflict /, 'conflicts ')}:\n- ${fields.join('\n- ')}`,
  );
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

/** 400. */
export function badRequest(message: string): StatusError {
  return failure(400, 'BadRequest', message);
}

/** 403: `pods "web" is forbidden: …`; without a name `pods is forbidden: …`. */
export function forbidden(definition: ResourceName | undefined, name: string, message: string): StatusError {
  if (definition === undefined) return failure(403, 'Forbidden', `forbidden: ${message}`);
  const subject = name === '' ? resourceText(definition) : `${resourceText(definition)} ${quote(name)}`;
  return failure(403, 'Forbidden', `${subject} is forbidden: ${message}`, about(definition, name));
}

/** 401: nobody is known by these credentials. */
export function unauthorized(message = 'Unauthorized'): StatusError {
  return failure(401, 'Unauthorized', message);
}

/** 410: a revision or a continue token is too old; list again. */
export function expired(message: string): StatusError {
  return failure(410, 'Expired', message);
}

/** 413. */
export function tooLarge(message: string): StatusError {
  return failure(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`);
}

/** 415. `alternative` may add what to do instead. */
export function unsupportedMediaType(accepted: readonly string[], alternative?: string): StatusError {
  const hint = alternative === undefined ? '' : ` (${alternative})`;
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}${hint}`;
  return failure(415, 'UnsupportedMediaType', message);
}

/** 406. */
export function notAcceptable(offered: readonly string[]): StatusError {
  return failure(406, 'NotAcceptable', `only the following media types are accepted: ${offered.join(', ')}`);
}

/** 405: `delete is not supported on resources of kind "bindings"`. */
export function methodNotAllowed(definition: ResourceName, verb: string): StatusError {
  const message = `${verb} is not supported on resources of kind ${quote(resourceText(definition))}`;
  return failure(405, 'MethodNotAllowed', message, about(definition, ''));
}

/** 429. Without `retryAfterSeconds` clients decide themselves when to try again. */
export function tooManyRequests(message: string, retryAfterSeconds?: number): StatusError {
  return failure(429, 'TooManyRequests', message, withRetry(retryAfterSeconds));
}

/** 504: the server gave up waiting. */
export function timeout(message: string, retryAfterSeconds?: number): StatusError {
  return failure(504, 'Timeout', `Timeout: ${message}`, withRetry(retryAfterSeconds));
}

/** 500. */
export function internal(message: string, options?: { cause?: unknown }): StatusError {
  const details = { causes: [{ message }] };
  return failure(500, 'InternalError', `Internal error occurred: ${message}`, details, options);
}

/** 503: try again later. */
export function unavailable(message: string, retryAfterSeconds?: number): StatusError {
  return failure(503, 'ServiceUnavailable', message, withRetry(retryAfterSeconds));
}

/** A success without an object, as a finished deletion answers. */
export function successStatus(details?: StatusDetails): Status {
  const base: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 200 };
  return details === undefined ? base : { ...base, details };
}

/** Whether the answer says that the object does not exist. */
export const isNotFound = (error: unknown): error is StatusError => hasReason(error, 'NotFound');
/** Whether a write lost a race (or an apply ran into another manager). */
export const isConflict = (error: unknown): error is StatusError => hasReason(error, 'Conflict');
/** Whether the name is taken. */
export const isAlreadyExists = (error: unknown): error is StatusError => hasReason(error, 'AlreadyExists');
/** Whether a revision is too old: list again. */
export const isExpired = (error: unknown): error is StatusError =>
  error instanceof StatusError && error.status.code === 410;

function hasReason(error: unknown, reason: string): error is StatusError {
  return error instanceof StatusError && error.status.reason === reason;
}

function failure(
  code: number,
  reason: string,
  message: string,
  details?: StatusDetails,
  options?: { cause?: unknown },
): StatusError {
  const status: Status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details === undefined ? {} : { details }),
    code,
  };
  return new StatusError(status, options);
}

function withRetry(retryAfterSeconds: number | undefined): StatusDetails | undefined {
  return retryAfterSeconds === undefined ? undefined : { retryAfterSeconds };
}

function about(definition: ResourceName, name: string): StatusDetails {
  return {
    ...(name === '' ? {} : { name }),
    ...(definition.group === '' ? {} : { group: definition.group }),
    kind: definition.resource,
  };
}

function resourceText(definition: ResourceName): string {
  return definition.group === '' ? definition.resource : `${definition.resource}.${definition.group}`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
