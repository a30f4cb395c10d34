// Carries a question to another resolver and its answer back. A socket for each question: the system gives it a port by
// chance, and lets only that resolver answer.
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import type { Upstream, UpstreamQuestion, UpstreamSockets } from './ask-upstreams.ts';

/** Answers to something else that are passed over; more than that is an attack, and another port is better. */
const WRONG_ANSWERS_MAX = 16;
const LENGTH_BYTES = 2;

/** The network. */
export const upstreamSockets: UpstreamSockets = { askUdp, askTcp };

function askUdp(
  { address, port }: Upstream,
  { packet, isAnswer }: UpstreamQuestion,
  signal: AbortSignal,
): Promise<Buffer> {
  return settledOnce(signal, ({ take, fail, isOver }) => {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    let wrong = 0;
    socket.on('error', fail);
    socket.on('message', (answer) => {
      if (isAnswer(answer)) take(answer);
      else if (++wrong >= WRONG_ANSWERS_MAX) fail(new Error('too many wrong answers'));
    });
    socket.connect(port, address, (error?: Error) => {
      if (isOver()) return;
      if (error !== undefined && error !== null) fail(error);
      else
        socket.send(packet, (sendError) => {
          if (sendError !== null) fail(sendError);
        });
    });
    return () => socket.close();
  });
}

function askTcp(
  { address, port }: Upstream,
  { packet, isAnswer }: UpstreamQuestion,
  signal: AbortSignal,
): Promise<Buffer> {
  return settledOnce(signal, ({ take, fail }) => {
    const socket = connect({ host: address, port });
    let bytes = Buffer.alloc(0);
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('closed before an answer')));
    socket.on('connect', () => socket.write(withLength(packet)));
    socket.on('data', (chunk) => {
      // One answer was asked for, and its length bounds what is gathered.
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length < LENGTH_BYTES) return;
      const end = LENGTH_BYTES + bytes.readUInt16BE(0);
      if (bytes.length < end) return;
      const answer = bytes.subarray(LENGTH_BYTES, end);
      if (isAnswer(answer)) take(answer);
      else fail(new Error('not an answer to the question'));
    });
    return () => socket.destroy();
  });
}

/** How a question ends: the first word counts. */
interface Ends {
  take: (answer: Buffer) => void;
  fail: (error: Error) => void;
  isOver: () => boolean;
}

/** @param begin asks, and returns what closes its socket; nothing of it calls an end before it has returned. */
function settledOnce(signal: AbortSignal, begin: (ends: Ends) => () => void): Promise<Buffer> {
  return new Promise<Buffer>((resolve, reject) => {
    signal.throwIfAborted();
    let over = false;
    const finish = (settle: () => void): void => {
      if (over) return;
      over = true;
      signal.removeEventListener('abort', onAbort);
      close();
      settle();
    };
    const fail = (error: Error): void => finish(() => reject(error));
    const onAbort = (): void => fail(signal.reason as Error);
    const close = begin({ take: (answer) => finish(() => resolve(answer)), fail, isOver: () => over });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** As packets are written on a connection. */
export function withLength(packet: Buffer): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt16BE(packet.length);
  return Buffer.concat([length, packet]);
}
