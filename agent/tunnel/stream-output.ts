// The sending half of a tunnel's stream as a stream of Node's.
import { Writable } from 'node:stream';
import type { Channel } from '@gantry/kit/tunnel/frame';
import type { TunnelStream } from '@gantry/kit/tunnel/tunnel-stream';

/** A stream whose bytes go out on a channel, as fast as the other side takes them. */
export function outputTo(stream: TunnelStream, channel: Channel): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      stream.write(channel, chunk).then(
        () => {
          done();
        },
        (error: unknown) => {
          done(error as Error);
        },
      );
    },
  });
}

/** Waits until all that was written has been sent. */
export function finished(out: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (out.destroyed || out.writableFinished) {
      resolve();
      return;
    }
    out.once('close', resolve);
    out.once('error', () => {
      resolve();
    });
    out.end();
  });
}
