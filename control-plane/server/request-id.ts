// Every answer names its request: the client's own id where it is a sane one, else a new one.
import type { Ids } from '@gantry/kit/random';

const SANE = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/** Header that carries it, both ways. */
export const REQUEST_ID_HEADER = 'X-Request-Id';

/** The id of a request. */
export function requestIdOf(sent: string | string[] | undefined, ids: Ids): string {
  return typeof sent === 'string' && SANE.test(sent) ? sent : ids.uid();
}
