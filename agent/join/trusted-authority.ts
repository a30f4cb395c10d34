// Finds the cluster's CA for an agent that has nothing but a join token: the token carries the CA's fingerprint,
// the server shows the CA, and only a match is trusted.
import { createHash } from 'node:crypto';
import { connect, type DetailedPeerCertificate } from 'node:tls';
import { decodeJwt } from 'jose';
import { OperationalError } from '@gantry/kit/operational-error';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * The PEM of the CA whose fingerprint the token carries.
 *
 * @throws OperationalError `join-token-unreadable`, `join-server-unreachable`, `join-wrong-server`.
 */
export async function trustedAuthority(server: string, token: string): Promise<string> {
  const wanted = fingerprintIn(token);
  const shown = await certificatesShownBy(new URL(server));
  const match = shown.find((raw) => createHash('sha256').update(raw).digest('hex') === wanted);
  if (match !== undefined) {
    const lines = match.toString('base64').match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
  }
  throw new OperationalError(
    'join-wrong-server',
    `The server at ${server} is not of the cluster that the join token was made for. Check the address and the token.`,
  );
}

function fingerprintIn(token: string): string {
  try {
    const { ca } = decodeJwt(token);
    if (typeof ca === 'string') return ca;
  } catch {
    // Answered below like a token without a fingerprint.
  }
  throw new OperationalError(
    'join-token-unreadable',
    'The join token cannot be read. Copy it whole, without line breaks.',
  );
}

/** All certificates of the server's chain, unverified. Nothing is sent to the server. */
function certificatesShownBy(server: URL): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      socket.destroy();
      reject(
        new OperationalError(
          'join-server-unreachable',
          `No control plane answers at ${server.origin} (${why}).`,
        ),
      );
    };
    const socket = connect(
      {
        host: server.hostname,
        port: Number(server.port || 443),
        rejectUnauthorized: false,
        timeout: CONNECT_TIMEOUT_MS,
      },
      () => {
        const chain: Buffer[] = [];
        let link: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
        while (link?.raw !== undefined && !chain.some((raw) => raw.equals(link?.raw ?? Buffer.alloc(0)))) {
          chain.push(link.raw);
          link = link.issuerCertificate;
        }
        socket.end();
        resolve(chain);
      },
    );
    socket.on('timeout', () => {
      fail('no answer in time');
    });
    socket.on('error', (error: Error) => {
      fail(error.message);
    });
  });
}
