// The token that leads to the next page of a list: the list's revision and the last key of the page. Pure.
import { badRequest } from '@gantry/api/status-error';

/** Where a list goes on. */
export interface ContinueToken {
  /** All pages of one list show the state at this revision. */
  revision: number;
  /** Key of the last object, `namespace/name` or `name`. */
  after: string;
}

const VERSION = 'meta.k8s.io/v1';

export function encodeContinue({ revision, after }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: VERSION, rv: revision, start: after })).toString('base64url');
}

/** @throws StatusError 400 for what this API has not given out. */
export function decodeContinue(text: string): ContinueToken {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Record<string, unknown>;
    const { v, rv, start } = token;
    if (
      v === VERSION &&
      typeof rv === 'number' &&
      Number.isSafeInteger(rv) &&
      rv > 0 &&
      typeof start === 'string'
    ) {
      return { revision: rv, after: start };
    }
  } catch {
    // Falls through: any text that is no token is refused alike.
  }
  throw badRequest('continue key is not valid: it must be the one that the page before has returned');
}
