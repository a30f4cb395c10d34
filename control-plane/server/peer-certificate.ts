// The client's certificate as the TLS layer saw it, read once a connection.
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { PeerCertificate } from './security.ts';

const seen = new WeakMap<TLSSocket, PeerCertificate | null>();

/** Undefined for plain connections and for clients without a certificate. */
export function peerCertificateOf(socket: Socket): PeerCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const known = seen.get(socket);
  if (known !== undefined) return known ?? undefined;
  const certificate = read(socket);
  seen.set(socket, certificate ?? null);
  return certificate;
}

function read(socket: TLSSocket): PeerCertificate | undefined {
  const certificate = socket.getPeerCertificate();
  // Node answers with an empty object when the client has shown none.
  if ((certificate as Partial<typeof certificate>).raw === undefined) return undefined;
  const error = socket.authorizationError as Error | string | undefined | null;
  return {
    raw: certificate.raw,
    fingerprint256: certificate.fingerprint256,
    trusted: socket.authorized,
    ...(error === undefined || error === null ? {} : { trustError: String(error) }),
  };
}
