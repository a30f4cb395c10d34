// Why an image could not be pulled, as one of the runtime's codes. Pure.
import { OperationalError } from '@gantry/kit/operational-error';
import { EngineError, reasonOf } from './engine-error.ts';

const NO_ACCESS =
  /unauthorized|authentication required|no basic auth|incorrect username or password|\bdenied\b/i;
const NOT_THERE =
  /manifest unknown|manifest for .* not found|not found|no such image|does not exist|name unknown/i;
const BAD_NAME = /invalid reference format|invalid repository name|repository name must be/i;

/**
 * Translates what a pull threw or its last line said.
 *
 * A registry that hides what it does not show says "denied … does not exist or may require login": that is access.
 */
export function pullError(image: string, error: unknown): unknown {
  if (!(error instanceof EngineError) || error.code === 'runtime-unavailable') return error;
  const reason = reasonOf(error);
  return new OperationalError(codeOf(reason), `pull ${image}: ${reason}`, { cause: error });
}

function codeOf(reason: string): string {
  if (BAD_NAME.test(reason)) return 'invalid-image-name';
  if (NO_ACCESS.test(reason)) return 'image-pull-auth';
  return NOT_THERE.test(reason) ? 'image-not-found' : 'image-pull-failed';
}
