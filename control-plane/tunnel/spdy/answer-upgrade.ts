// The handshake of SPDY/3.1 over plain HTTP, and what the streams in it mean.
import { badRequest } from '@gantry/api/status-error';
import type { Upgrade } from '../../server/connect.ts';

/** Takes the connection over. @throws StatusError 400 when the client does not offer the protocol. */
export function answerUpgrade({ request, socket }: Upgrade, protocol: string): void {
  const offered = String(request.headers['x-stream-protocol-version'] ?? '');
  if (!offered.split(',').some((name) => name.trim() === protocol)) {
    throw badRequest(`X-Stream-Protocol-Version must offer ${protocol}`);
  }
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n' +
      `X-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
  );
}
