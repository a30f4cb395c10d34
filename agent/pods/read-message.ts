// The last words of a container: its termination message, or the end of its log where it asks for that.
import { Writable } from 'node:stream';
import type { Machine } from '../machine/machine.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { messageFile } from '../volumes/pod-folders.ts';
import type { Step } from './step.ts';

export interface ReadMessageDeps {
  runtime: Pick<Runtime, 'logs'>;
  machine: Pick<Machine, 'readEnd'>;
  podsFolder: string;
  podUid: string;
}

/** Kubernetes' limits. */
const MESSAGE_BYTES_MAX = 4096;
const LOG_BYTES_MAX = 2048;
const LOG_LINES_MAX = 80;

/** @returns the message; empty when there is none. Never rejects: last words are not worth holding up a pod. */
export async function readMessage(
  deps: ReadMessageDeps,
  step: Step & { type: 'read-message' },
  signal: AbortSignal,
): Promise<string> {
  const path = messageFile(deps.podsFolder, deps.podUid, step.container, step.attempt);
  const message = await deps.machine.readEnd(path, MESSAGE_BYTES_MAX).catch(() => '');
  if (message !== '' || !step.fromLogs) return message;
  return readLogEnd(deps, step.containerId, signal).catch(() => '');
}

async function readLogEnd(deps: ReadMessageDeps, containerId: string, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  const collect = (): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
  const options = { follow: false, timestamps: false, tailLines: LOG_LINES_MAX, signal };
  await deps.runtime.logs(containerId, collect(), collect(), options);
  return Buffer.concat(chunks).subarray(-LOG_BYTES_MAX).toString('utf8');
}
