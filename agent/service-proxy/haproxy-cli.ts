// Speaks to HAProxy's admin socket: one connection a batch, one answer a line. Thin.
import { connect } from 'node:net';
import { OperationalError } from '@gantry/kit/operational-error';
import { batchesOf } from './cli-text.ts';

/** HAProxy answers at once, or is not there. */
const ANSWER_WITHIN_MS = 10_000;
const ANSWER_BYTES_MAX = 64 * 1024 ** 2;
/** In prompt mode each answer ends with this. */
const PROMPT = '\n> ';

/**
 * Sends lines in order and returns the answer to each.
 *
 * @throws OperationalError `proxy-silent` when nobody answers; some lines may have been carried out then.
 */
export async function askHaproxy(socketPath: string, lines: readonly string[]): Promise<string[]> {
  const answers: string[] = [];
  for (const batch of batchesOf(lines)) answers.push(...(await askBatch(socketPath, batch)));
  return answers;
}

/**
 * Asks the master, or through it one of its workers (`@!<pid> show info`), one thing.
 *
 * @throws OperationalError `proxy-silent`.
 */
export function askMaster(socketPath: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    const chunks: Buffer[] = [];
    const fail = (why: string, cause?: unknown): void => {
      socket.destroy();
      reject(new OperationalError('proxy-silent', `HAProxy's master does not answer: ${why}`, { cause }));
    };
    socket.setTimeout(ANSWER_WITHIN_MS, () => fail('it is silent'));
    socket.on('error', (error) => fail(error.message, error));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
    });
    // It hangs up once it has said all.
    socket.on('end', () => {
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
    socket.end(`${line}\n`);
  });
}

function askBatch(socketPath: string, lines: readonly string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    const chunks: Buffer[] = [];
    let bytes = 0;
    let prompts = 0;
    const fail = (why: string, cause?: unknown): void => {
      socket.destroy();
      reject(new OperationalError('proxy-silent', `HAProxy does not answer: ${why}`, { cause }));
    };
    socket.setTimeout(ANSWER_WITHIN_MS, () => fail('it is silent'));
    socket.on('error', (error) => fail(error.message, error));
    socket.on('close', () => fail('it has hung up'));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > ANSWER_BYTES_MAX) return fail('it says too much');
      // A prompt may arrive in two pieces.
      if (!chunk.includes('> ') && !chunk.subarray(0, 2).includes(' ')) return;
      const answers = Buffer.concat(chunks).toString('utf8').split(PROMPT);
      prompts = answers.length - 1;
      // The word `prompt` itself is answered by the first one.
      if (prompts <= lines.length) return;
      socket.destroy();
      resolve(answers.slice(1, lines.length + 1));
    });
    socket.write(`prompt\n${lines.join('\n')}\n`);
  });
}
