// One question to a node whose answer is a text that may be long: collected within a limit and a time.
import { unavailable } from '@gantry/api/status-error';
import type { Clock } from '@gantry/kit/clock';
import type { TunnelRequest } from '@gantry/kit/tunnel/tunnel-request';
import type { Tunnels } from './tunnel-registry.ts';

/** 5,000 series of a few hundred bytes, several times over. */
const ANSWER_BYTES_MAX = 16 * 1024 ** 2;
const ANSWER_WITHIN_MS = 3_000;

/** @throws StatusError 503 when the node is not connected, does not answer in time, or says too much. */
export function askNode(
  { tunnels, clock }: { tunnels: Pick<Tunnels, 'open'>; clock: Clock },
  node: string,
  request: TunnelRequest,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const stream = tunnels.open(node, request);
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (problem?: string): void => {
      cancelTimer();
      signal.removeEventListener('abort', onAbort);
      stream.cancel();
      if (problem === undefined) resolve(Buffer.concat(chunks).toString('utf8'));
      else reject(unavailable(`node "${node}": ${problem}`));
    };
    const onAbort = (): void => end('nobody waits for the answer any more');
    const cancelTimer = clock.schedule(ANSWER_WITHIN_MS, () => end('no answer in time'));
    signal.addEventListener('abort', onAbort, { once: true });
    stream.listener = {
      onData(_channel, data, consumed) {
        chunks.push(data);
        bytes += data.length;
        if (bytes > ANSWER_BYTES_MAX) end('the answer is too long');
        else consumed();
      },
      onResult: (result) => end(result.ok ? undefined : result.message),
    };
  });
}
