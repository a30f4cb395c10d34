// The OpenFeature Remote Evaluation Protocol as values: bodies, status codes and tags of evaluations, for whoever
// serves it. Pure. Source: open-feature/protocol, service/openapi.yaml; event streams by its ADR 0008.
import { isMap } from '../json-value.ts';
import { nearestName } from '../nearest-name.ts';
import { contextFault, evaluateFlag, type FlagEvaluation, type FlagSet } from './evaluate-flag.ts';
import { CONTEXT_BYTES_MAX, CONTEXT_DEPTH_MAX, CONTEXT_VALUES_MAX } from './limits.ts';
import { streamPathOf } from './ofrep-paths.ts';

/** An answer of OFREP. */
export interface OfrepAnswer {
  status: number;
  /** JSON; empty for 304. */
  text: string;
  headers: Readonly<Record<string, string>>;
}

/** A request for one flag or, without a key, for all. */
export interface OfrepQuestion {
  namespace: string;
  key?: string | undefined;
  /** The body; undefined when it is no UTF-8. */
  text: string | undefined;
  ifNoneMatch?: string | undefined;
}

/** What answers depend on beside the question. */
export interface OfrepState {
  flags: FlagSet;
  nowMs: number;
  /** Whether the flags may be out of date: decisions are then STALE. */
  isStale?: boolean;
  /** A short name of a text that no other text has, for tags: letters, digits, `-` and `_`. */
  digest: (text: string) => string;
  /** Told of each evaluation. */
  onEvaluated?: (key: string, evaluation: FlagEvaluation) => void;
}

/** Codes of a failed request or evaluation. */
type ErrorCode = Extract<FlagEvaluation, { ok: false }>['errorCode'];

/** Answers an evaluation. Never throws. */
export function answerOfrep(question: OfrepQuestion, state: OfrepState): OfrepAnswer {
  const { key } = question;
  const read = readContext(question.text, key);
  if ('refused' in read) return read.refused;
  if (key !== undefined) return oneFlag({ key, namespace: question.namespace }, read.context, state);
  const flags = [...state.flags.keys()].sort().map((each) => evaluated(each, read.context, state).body);
  const streams = [{ type: 'sse', endpoint: { requestUri: streamPathOf(question.namespace) } }];
  return tagged({ flags, eventStreams: streams }, question.ifNoneMatch, state);
}

/** What is no evaluation: 401, 403, 413, 429, 500, 503, …, with a sentence. */
export function ofrepFailure(
  status: number,
  errorDetails: string,
  { retryAfterSeconds }: { retryAfterSeconds?: number | undefined } = {},
): OfrepAnswer {
  const headers = retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) };
  return jsonAnswer(status, { errorDetails }, headers);
}

/** The body is larger than {@link CONTEXT_BYTES_MAX}. */
export function ofrepBodyTooLarge(): OfrepAnswer {
  return ofrepFailure(413, `the body has more than ${CONTEXT_BYTES_MAX} bytes`);
}

function oneFlag(
  { key, namespace }: { key: string; namespace: string },
  context: unknown,
  state: OfrepState,
): OfrepAnswer {
  const { evaluation, body } = evaluated(key, context, state);
  if (evaluation.ok) return jsonAnswer(200, body);
  if (evaluation.errorCode !== 'FLAG_NOT_FOUND') return jsonAnswer(400, body);
  const nearest = nearestName(key, state.flags.keys());
  const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  const details = `${evaluation.message} in namespace ${namespace}${hint}`;
  return jsonAnswer(404, failureBody('FLAG_NOT_FOUND', details, key));
}

function evaluated(
  key: string,
  context: unknown,
  { flags, nowMs, isStale = false, onEvaluated }: OfrepState,
): { evaluation: FlagEvaluation; body: object } {
  const evaluation = evaluateFlag(flags, key, context, { nowMs });
  onEvaluated?.(key, evaluation);
  return { evaluation, body: bodyOf(key, evaluation, isStale) };
}

/** Without a value the program uses its own: there is nothing then that could be out of date. */
function bodyOf(key: string, evaluation: FlagEvaluation, isStale: boolean): object {
  if (!evaluation.ok) return failureBody(evaluation.errorCode, evaluation.message, key);
  const { value, variant, reason, metadata } = evaluation;
  if (variant === undefined) return { key, reason, metadata };
  return { key, reason: isStale ? 'STALE' : reason, variant, value, metadata };
}

function failureBody(errorCode: ErrorCode, errorDetails: string, key?: string): object {
  return { ...(key === undefined ? {} : { key }), errorCode, errorDetails };
}

/** The tag is of what was decided, so it tells whether anything is different for this very context. */
function tagged(body: object, ifNoneMatch: string | undefined, { digest }: OfrepState): OfrepAnswer {
  const text = `${JSON.stringify(body)}\n`;
  const tag = `"${digest(text)}"`;
  const headers = { ...JSON_HEADERS, ETag: tag };
  return isNamed(tag, ifNoneMatch) ? { status: 304, text: '', headers } : { status: 200, text, headers };
}

/** Weak comparison, as If-None-Match has it. */
function isNamed(tag: string, ifNoneMatch = ''): boolean {
  return ifNoneMatch.split(',').some((each) => ['*', tag].includes(each.trim().replace(/^W\//, '')));
}

const JSON_HEADERS = { 'Content-Type': 'application/json' };

function jsonAnswer(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): OfrepAnswer {
  return { status, text: `${JSON.stringify(body)}\n`, headers: { ...JSON_HEADERS, ...headers } };
}

/** What is wrong with the body is told in OFREP's words. */
function readContext(
  text: string | undefined,
  key: string | undefined,
): { context: unknown } | { refused: OfrepAnswer } {
  const refused = (code: ErrorCode, details: string) => ({
    refused: jsonAnswer(400, failureBody(code, details, key)),
  });
  if (text === undefined) return refused('PARSE_ERROR', 'the body is no valid UTF-8');
  let body: unknown = {};
  try {
    if (text !== '') body = JSON.parse(text);
  } catch (error) {
    return refused('PARSE_ERROR', `the body is no valid JSON: ${(error as Error).message}`);
  }
  const context = contextOf(body);
  const fault = contextFault(context);
  if (fault !== undefined) return refused('INVALID_CONTEXT', fault);
  switch (sizeFault(context)) {
    case 'values':
      return { refused: ofrepFailure(413, `the context has more than ${CONTEXT_VALUES_MAX} values`) };
    case 'depth':
      return refused('INVALID_CONTEXT', `the context is nested deeper than ${CONTEXT_DEPTH_MAX} levels`);
    case undefined:
      return { context };
  }
}

/** The context of a request's body; empty when the body names none. */
function contextOf(body: unknown): unknown {
  return isMap(body) ? (body['context'] ?? {}) : body;
}

/** Walks level by level: no depth exhausts the stack. */
function sizeFault(context: unknown): 'values' | 'depth' | undefined {
  let count = 1;
  let level: readonly unknown[] = [context];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > CONTEXT_DEPTH_MAX) return 'depth';
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      for (const each of Object.values(value)) next.push(each);
      if (count + next.length > CONTEXT_VALUES_MAX) return 'values';
    }
    count += next.length;
    level = next;
  }
  return undefined;
}
