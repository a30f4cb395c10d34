// Recognises who sends a request: a bearer token, a client certificate of the cluster's CA, or, when neither is shown,
// the cookie of a session of the dashboard.
import { X509Certificate } from 'node:crypto';
import type { Clock } from '@gantry/kit/clock';
import { RecentMap } from '@gantry/kit/recent-map';
import type { Authenticate, Authentication, Credentials, PeerCertificate } from '../server/security.ts';
import { cookieName, cookieOf, foreignness } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';
import type { Pass, ReadToken, TokenProblem, Tokens } from './tokens.ts';

/** Certificates whose subject is remembered, so that no request has it parsed. Half of them is as many as connections. */
const REMEMBERED_MAX = 20_000;
const ENDED = 'the session has been ended; log in again';

/** What recognising needs. */
export interface AuthenticateDeps {
  tokens: Tokens;
  clock: Clock;
  sessions: Pick<Sessions, 'hasEnded'>;
  authorityFingerprint: string;
}

/** An {@link Authenticate} for all three. A bad token is never outweighed by a good certificate or cookie. */
export function createAuthenticate(deps: AuthenticateDeps): Authenticate {
  const subjects = new RecentMap<Subject>(REMEMBERED_MAX);
  return async (credentials): Promise<Authentication> => {
    const { headers, peerCertificate } = credentials;
    const header = headers.authorization;
    if (header !== undefined) {
      const token = /^Bearer\s+(\S+)$/i.exec(header)?.[1];
      if (token === undefined) return { error: 'the Authorization header must be "Bearer TOKEN"' };
      const found = await deps.tokens.readUserToken(token, deps.clock.nowMs());
      if ('error' in found) return found;
      const { expiresAtMs, ...user } = found;
      return { ...user, proof: { type: 'token', expiresAtMs } };
    }
    if (peerCertificate === undefined) return fromCookie(deps, credentials);
    return fromCertificate(peerCertificate, subjects, deps.clock.nowMs());
  };
}

interface Subject {
  name: string;
  groups: readonly string[];
  notAfterMs: number;
}

function fromCertificate(peer: PeerCertificate, subjects: RecentMap<Subject>, nowMs: number): Authentication {
  if (!peer.trusted) {
    const why = peer.trustError ?? 'unknown authority';
    return {
      error: `the client certificate was not issued by this cluster (${why}); use the cluster's own kubeconfig`,
    };
  }
  const known = subjects.get(peer.fingerprint256) ?? readSubject(peer.raw);
  subjects.set(peer.fingerprint256, known);
  if (known.notAfterMs < nowMs) return { error: 'the client certificate has expired; ask for a new one' };
  const { name, groups, notAfterMs } = known;
  return { name, groups, proof: { type: 'certificate', expiresAtMs: notAfterMs } };
}

/** Whoever is not recognised by it counts as without credentials, and is told why not. */
async function fromCookie(deps: AuthenticateDeps, credentials: Credentials): Promise<Authentication> {
  const name = cookieName(deps.authorityFingerprint, credentials.secure);
  const token = cookieOf(credentials.headers.cookie, name);
  if (token === undefined) return undefined;
  const foreign = foreignness(credentials);
  if (foreign !== undefined) return foreign;
  const found = await sessionOf(deps, token);
  if ('error' in found) return found;
  const endedBecause = (): string | undefined => (deps.sessions.hasEnded(found.id) ? ENDED : undefined);
  const proof = { type: 'session', expiresAtMs: found.expiresAtMs, endedBecause } as const;
  return { name: found.name, groups: found.groups, proof };
}

/** What a session's token says, unless it is no good. */
export async function sessionOf(
  { tokens, clock, sessions }: Pick<AuthenticateDeps, 'tokens' | 'clock' | 'sessions'>,
  token: string,
): Promise<(Pass & ReadToken) | TokenProblem> {
  const found = await tokens.readPass('session', token, clock.nowMs());
  return 'error' in found || !sessions.hasEnded(found.id) ? found : { error: ENDED };
}

/** Common name is the user, organisations are the groups, as Kubernetes reads them. */
function readSubject(raw: Uint8Array): Subject {
  const certificate = new X509Certificate(Buffer.from(raw));
  const fields = certificate.subject.split('\n').map((line) => {
    const at = line.indexOf('=');
    return { name: line.slice(0, at), value: line.slice(at + 1) };
  });
  const valuesOf = (wanted: string): string[] =>
    fields.filter(({ name }) => name === wanted).map(({ value }) => value);
  return {
    name: valuesOf('CN')[0] ?? '',
    groups: valuesOf('O'),
    notAfterMs: Date.parse(certificate.validTo),
  };
}
