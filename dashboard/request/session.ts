// Who looks at the page. A one-time token from the address is given for a session cookie, which scripts cannot read.
import type { Request } from './request.ts';

/** The session. */
export interface Session {
  user: string;
  groups: readonly string[];
  expiresAt: string;
}

const SESSION_PATH = '/gantry/v1/dashboard/session';

/** The session, or the sentence that says how to get one. */
export type SessionOutcome = { session: Session } | { refusal: string };

/** @param fragment of the address: `#login=TOKEN` where the user has just come from `gantry dashboard`. */
export async function beginSession(request: Request, fragment: string): Promise<SessionOutcome> {
  const token = new URLSearchParams(fragment.replace(/^#/, '')).get('login');
  const given =
    token === null ? undefined : await request<Session>(SESSION_PATH, { method: 'POST', body: { token } });
  if (given?.ok === true) return { session: given.value };
  const present = await request<Session>(SESSION_PATH);
  if (present.ok) return { session: present.value };
  return { refusal: (given !== undefined && !given.ok ? given : present).message };
}

/** Asks whether the session still holds: a request that is refused says so to whoever made `request`. */
export async function askSession(request: Request): Promise<void> {
  await request(SESSION_PATH);
}

/** Ends the session. */
export async function endSession(request: Request): Promise<void> {
  await request(SESSION_PATH, { method: 'DELETE' });
}
