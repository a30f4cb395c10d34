// The OpenFeature Remote Evaluation Protocol as values: bodies and status codes of evaluations. Pure.
// Source: open-feature/protocol, service/openapi.yaml.
import { evaluateFlag, type FlagEvaluation, type FlagSet } from '@gantry/api/flags/evaluate-flag';
import { isMap } from '@gantry/api/json-value';
import { nearestName } from '@gantry/api/nearest-name';

/** An answer of OFREP. */
export interface OfrepAnswer {
  status: 200 | 400 | 404;
  body: object;
}

/** Codes of a failed request or evaluation. */
type ErrorCode = Extract<FlagEvaluation, { ok: false }>['errorCode'];

/** The answer about one flag. */
export function evaluateOne(flags: FlagSet, key: string, context: unknown, nowMs: number): OfrepAnswer {
  const evaluation = evaluateFlag(flags, key, context, { nowMs });
  if (evaluation.ok) return { status: 200, body: bodyOf(key, evaluation) };
  if (evaluation.errorCode !== 'FLAG_NOT_FOUND') return { status: 400, body: bodyOf(key, evaluation) };
  const nearest = nearestName(key, flags.keys());
  const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  return { status: 404, body: failureBody('FLAG_NOT_FOUND', `${evaluation.message}${hint}`, key) };
}

/** The answer about all flags. One that fails does so alone. */
export function evaluateAll(flags: FlagSet, context: unknown, nowMs: number): OfrepAnswer {
  const keys = [...flags.keys()].sort();
  const bodies = keys.map((key) => bodyOf(key, evaluateFlag(flags, key, context, { nowMs })));
  return { status: 200, body: { flags: bodies } };
}

/** The answer to a request that names no context to evaluate by. */
export function refusal(errorCode: ErrorCode, details: string, key?: string): OfrepAnswer {
  return { status: 400, body: failureBody(errorCode, details, key) };
}

/** Without a value the program uses its own. */
function bodyOf(key: string, evaluation: FlagEvaluation): object {
  if (!evaluation.ok) return failureBody(evaluation.errorCode, evaluation.message, key);
  const { value, variant, reason, metadata } = evaluation;
  return { key, reason, ...(variant === undefined ? {} : { variant, value }), metadata };
}

function failureBody(errorCode: ErrorCode, errorDetails: string, key?: string): object {
  return { ...(key === undefined ? {} : { key }), errorCode, errorDetails };
}

/** The context of a request's body; empty when the body names none. */
export function contextOf(body: unknown): unknown {
  return isMap(body) ? (body['context'] ?? {}) : body;
}
