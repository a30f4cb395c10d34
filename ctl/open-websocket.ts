// A WebSocket to the control plane, with the user's credentials.
import { WebSocket } from 'ws';
import type { Connection } from './connect.ts';

const HANDSHAKE_TIMEOUT_MS = 30_000;

/** Starts to connect; the caller listens. @param path with its query. */
export function openWebSocket({ access }: Connection, path: string, protocol: string): WebSocket {
  return new WebSocket(`${access.server.replace(/^http/, 'ws')}${path}`, protocol, {
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    perMessageDeflate: false,
    ca: access.certificateAuthority,
    cert: access.clientCertificate,
    key: access.clientKey,
    rejectUnauthorized: !access.insecureSkipTlsVerify,
    ...(access.token === undefined ? {} : { headers: { authorization: `Bearer ${access.token}` } }),
  });
}
