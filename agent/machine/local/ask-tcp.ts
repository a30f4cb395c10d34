// Whether somebody listens on a port: a connection that is closed as soon as it stands.
import { connect } from 'node:net';
import type { Answer } from '../../probes/answer.ts';
import { hostText } from '../../probes/host-text.ts';

export function askTcp(host: string, port: number, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (result: Answer['result'], message: string): void => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve({ result, message });
    };
    const onAbort = (): void => finish('failure', `dial tcp ${hostText(host)}:${String(port)}: i/o timeout`);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => finish('success', ''));
    socket.once('error', (error) =>
      finish('failure', `dial tcp ${hostText(host)}:${String(port)}: ${error.message}`),
    );
  });
}
