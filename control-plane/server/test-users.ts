// Users by bearer token for tests: `admin`, `viewer`, `system:node:<name>`, and anybody else without a group.
import { ADMIN_GROUP, VIEWER_GROUP } from '../auth/authorize.ts';
import { NODE_USER_PREFIX } from '../auth/node-authorizer.ts';
import type { Authenticate } from './security.ts';

/** The token is the user's name. */
export function createAuthenticateByToken(): Authenticate {
  return ({ headers }) => {
    const name = headers.authorization?.replace(/^Bearer /, '') ?? '';
    return Promise.resolve(name === '' ? undefined : { name, groups: groupsOf(name) });
  };
}

function groupsOf(name: string): string[] {
  if (name === 'admin') return [ADMIN_GROUP];
  if (name === 'viewer') return [VIEWER_GROUP];
  return name.startsWith(NODE_USER_PREFIX) ? ['system:nodes'] : [];
}
