// One connection to a pod over one stream of the tunnel. Each half ends by itself and is told as such, bytes are held
// back by whoever is slower, and nothing is under way any more when it is over.
import type { Duplex, PassThrough } from 'node:stream';
import { CHANNEL } from '@gantry/kit/tunnel/frame';
import type { TunnelStream } from '@gantry/kit/tunnel/tunnel-stream';
import { finished, outputTo } from './stream-output.ts';

/** Carries until both halves have ended. @throws what broke the connection. */
export async function carryConnection(
  connection: Duplex,
  { input, stream }: { input: PassThrough; stream: TunnelStream },
  signal: AbortSignal,
): Promise<void> {
  const out = outputTo(stream, CHANNEL.stdout);
  const drop = (): void => void connection.destroy();
  signal.addEventListener('abort', drop, { once: true });
  if (signal.aborted) drop();
  // The client's half is over before the pod's, or nobody is there any more to hear the rest.
  out.on('error', drop);
  connection.on('end', () => {
    void finished(out).then(() => {
      stream.end(CHANNEL.stdout);
    });
  });
  try {
    const closed = untilClosed(connection);
    connection.pipe(out, { end: false });
    input.pipe(connection);
    await closed;
    await finished(out);
  } finally {
    signal.removeEventListener('abort', drop);
    connection.destroy();
  }
}

function untilClosed(connection: Duplex): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.once('close', resolve);
  });
}
