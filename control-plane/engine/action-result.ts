// What became of an action. Tells a lost race from a refusal, and a refusal from a failure after which nobody
// knows whether the write was made.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { StatusError } from '@gantry/api/status-error';
import { codeOf, messageOf } from '@gantry/kit/operational-error';
import type { Action, ActionFailure } from './controller.ts';

/** An action that changes an object. */
export type Change = Extract<Action, { type: 'create' | 'update' | 'delete' | 'write-status' }>;

/** Outcome of one change. */
export type ActionResult =
  /** `object` is the new state; `changed` is false when there was nothing to write. */
  | { type: 'done'; object: AnyObject; changed: boolean }
  /** The world is no longer as observed; look again. */
  | { type: 'conflict' }
  /** `ambiguous`: the write may have been made, or may still be. */
  | { type: 'failed'; failure: ActionFailure; ambiguous: boolean };

/** Codes of errors after which it is certain that nothing was written. */
const DEFINITE_CODES = new Set([
  'store-value-too-large',
  'store-busy',
  'store-full',
  'store-forbidden',
  'fenced',
]);

/** Reads the error that a change ended with. */
export function resultOfError(change: Change, error: unknown): ActionResult {
  const code = codeOf(error) ?? 'unknown';
  if (code === 'Conflict' || code === 'NotFound') return { type: 'conflict' };
  const { definition, name } = aimOf(change);
  return {
    type: 'failed',
    failure: { type: change.type, definition, name, code, message: messageOf(error) },
    ambiguous: !isDefinite(error, code),
  };
}

/** A refusal (4xx) wrote nothing. 408 and 429 are no refusals of the content; 504 is a store that kept silent. */
function isDefinite(error: unknown, code: string): boolean {
  if (DEFINITE_CODES.has(code)) return true;
  if (!(error instanceof StatusError)) return false;
  const status = error.status.code;
  return status >= 400 && status < 500 && status !== 408;
}

/** The object that a change is aimed at. */
export function aimOf(change: Change): {
  definition: KindDefinition;
  namespace: string;
  name: string;
} {
  if (change.type === 'delete' || change.type === 'write-status') return change.ref;
  const { namespace = '', name = '' } = change.object.metadata;
  return { definition: change.definition, namespace, name };
}
