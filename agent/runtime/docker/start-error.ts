// Why the engine did not start something, as one of the runtime's codes. Pure.
import { OperationalError } from '@gantry/kit/operational-error';
import { EngineError, reasonOf } from './engine-error.ts';

const PORT_TAKEN = /port is already allocated|address already in use|failed to bind (?:host )?port/i;
const NO_IMAGE = /no such image/i;

/** Translates what creating or starting threw. The message is the engine's own. */
export function startError(error: unknown): unknown {
  if (!(error instanceof EngineError) || error.statusCode === undefined) return error;
  const reason = reasonOf(error);
  if (PORT_TAKEN.test(reason)) return new OperationalError('port-taken', reason, { cause: error });
  if (NO_IMAGE.test(reason)) return new OperationalError('image-not-found', reason, { cause: error });
  if (error.code === 'runtime-unavailable') return error;
  return new OperationalError('container-start-failed', reason, { cause: error });
}
