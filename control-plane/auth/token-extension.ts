// Where admins ask for tokens: bearer tokens of users, and join tokens of agents.
import { badRequest } from '@gantry/api/status-error';
import type { Clock } from '@gantry/kit/clock';
import type { Extension } from '../server/extension.ts';
import type { Tokens } from './tokens.ts';

/** Only admins reach it: no other user is authorized for this path. */
export const TOKEN_PATH = '/gantry/v1/tokens';
const VALID_SECONDS_MAX = 365 * 86_400;
const VALID_SECONDS = 3600;

interface TokenRequest {
  purpose?: unknown;
  user?: unknown;
  groups?: unknown;
  validSeconds?: unknown;
}

/** POST `{purpose: "join" | "user", user, groups, validSeconds}` answers `{token}`. */
export function tokenExtension(deps: { tokens: Tokens; clock: Clock }): Extension {
  return {
    path: TOKEN_PATH,
    methods: ['POST'],
    access: 'authorized',
    answer: async ({ body }) => {
      const request = readRequest(body);
      const validSeconds = validSecondsOf(request);
      const nowMs = deps.clock.nowMs();
      if (request.purpose === 'join') {
        return { status: 200, body: { token: await deps.tokens.issueJoinToken(validSeconds, nowMs) } };
      }
      if (request.purpose !== 'user') throw badRequest('purpose: must be "join" or "user"');
      if (typeof request.user !== 'string' || request.user === '')
        throw badRequest('user: name the user of the token');
      const groups = Array.isArray(request.groups) ? request.groups.map(String) : [];
      if (request.user.startsWith('system:') || groups.includes('system:nodes')) {
        throw badRequest(
          'user: names that begin with "system:" and the group system:nodes are not given away by token',
        );
      }
      const token = await deps.tokens.issueUserToken({ name: request.user, groups }, validSeconds, nowMs);
      return { status: 200, body: { token } };
    },
  };
}

function readRequest(body: Buffer): TokenRequest {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Answered below like any other body that is no object.
  }
  throw badRequest('the body must be a JSON object');
}

function validSecondsOf({ validSeconds = VALID_SECONDS }: TokenRequest): number {
  if (
    typeof validSeconds === 'number' &&
    Number.isInteger(validSeconds) &&
    validSeconds > 0 &&
    validSeconds <= VALID_SECONDS_MAX
  ) {
    return validSeconds;
  }
  throw badRequest(`validSeconds: must be a whole number from 1 to ${VALID_SECONDS_MAX}`);
}
