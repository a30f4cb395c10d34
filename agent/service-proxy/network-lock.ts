// One agent at a time leads to Services in a network namespace. The lock is an abstract Unix socket: the kernel keeps
// such names for each network namespace apart, and lets go of them with the process.
import { createServer } from 'node:net';
import { OperationalError } from '@gantry/kit/operational-error';

const NAME = '\0gantry-service-proxy';

/** Held until it is released or the process ends. */
export interface NetworkLock {
  release(): Promise<void>;
}

/** @throws OperationalError `proxy-taken` when another process of this network namespace holds it. */
export function lockNetwork(): Promise<NetworkLock> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) =>
      reject(
        new OperationalError(
          'proxy-taken',
          'another agent on this host leads to Services already; start this one with --service-proxy off, or in a network namespace of its own',
          { cause: error },
        ),
      ),
    );
    server.listen(NAME, () => {
      server.unref();
      resolve({ release: () => new Promise((done) => server.close(() => done())) });
    });
  });
}
