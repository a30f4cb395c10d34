// Recognises who sends a request: a client certificate of the cluster's CA, or a bearer token.
import { X509Certificate } from 'node:crypto';
import type { Clock } from '@gantry/kit/clock';
import type { Authenticate, Authentication, PeerCertificate } from '../server/security.ts';
import type { Tokens } from './tokens.ts';

/** Certificates whose subject is remembered, so that a busy client's is not parsed for each request. */
const REMEMBERED_MAX = 1000;

/** An {@link Authenticate} for certificates and tokens. A bad token is never outweighed by a good certificate. */
export function createAuthenticate(deps: { tokens: Tokens; clock: Clock }): Authenticate {
  const subjects = new Map<string, Subject>();
  return async ({ headers, peerCertificate }): Promise<Authentication> => {
    const header = headers.authorization;
    if (header !== undefined) {
      const token = /^Bearer\s+(\S+)$/i.exec(header)?.[1];
      if (token === undefined) return { error: 'the Authorization header must be "Bearer TOKEN"' };
      return deps.tokens.readUserToken(token, deps.clock.nowMs());
    }
    if (peerCertificate === undefined) return undefined;
    return fromCertificate(peerCertificate, subjects, deps.clock.nowMs());
  };
}

interface Subject {
  name: string;
  groups: readonly string[];
  notAfterMs: number;
}

function fromCertificate(
  peer: PeerCertificate,
  subjects: Map<string, Subject>,
  nowMs: number,
): Authentication {
  if (!peer.trusted) {
    const why = peer.trustError ?? 'unknown authority';
    return {
      error: `the client certificate was not issued by this cluster (${why}); use the cluster's own kubeconfig`,
    };
  }
  const known = subjects.get(peer.fingerprint256) ?? readSubject(peer.raw);
  if (subjects.size >= REMEMBERED_MAX) subjects.clear();
  subjects.set(peer.fingerprint256, known);
  if (known.notAfterMs < nowMs) return { error: 'the client certificate has expired; ask for a new one' };
  return { name: known.name, groups: known.groups };
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
