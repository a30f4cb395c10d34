// Messages of a terminal in a container, both ways, and its end in words. Pure.
import { CHANNEL, exitCodeOf, resizeText } from '@gantry/api/exec-channels';
import type { Status } from '@gantry/api/status-error';
import { objectPath, RESOURCES } from '../../../request/resource-paths.ts';

/** What arrives. */
export type ExecMessage =
  { type: 'output'; bytes: Uint8Array } | { type: 'outcome'; status: Status } | { type: 'other' };

/** Where a command gets a terminal. */
export interface ExecTarget {
  namespace: string;
  pod: string;
  container: string;
  command: readonly string[];
}

/** Shells, the best first: images have one or the other, or none. */
export const SHELL: readonly string[] = [
  ...['/bin/sh', '-c'],
  'export TERM=xterm-256color; if [ -x /bin/bash ]; then exec /bin/bash; else exec /bin/sh; fi',
];

/** The path of a command with a terminal. */
export function execPath({ namespace, pod, container, command }: ExecTarget): string {
  const query = new URLSearchParams({ container, stdin: 'true', stdout: 'true', tty: 'true' });
  for (const word of command) query.append('command', word);
  return `${objectPath(RESOURCES.pods, namespace, pod)}/exec?${query}`;
}

/** Reads a message. */
export function readMessage(data: ArrayBuffer): ExecMessage {
  const bytes = new Uint8Array(data);
  const body = bytes.subarray(1);
  if (bytes[0] === CHANNEL.stdout || bytes[0] === CHANNEL.stderr) return { type: 'output', bytes: body };
  if (bytes[0] !== CHANNEL.error) return { type: 'other' };
  const status = statusOf(new TextDecoder().decode(body));
  return status === undefined ? { type: 'other' } : { type: 'outcome', status };
}

function statusOf(text: string): Status | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'status' in value ? (value as Status) : undefined;
  } catch {
    return undefined;
  }
}

/** What was typed. */
export function inputMessage(text: string): Uint8Array<ArrayBuffer> {
  return message(CHANNEL.stdin, new TextEncoder().encode(text));
}

/** The size of the terminal. */
export function resizeMessage(columns: number, rows: number): Uint8Array<ArrayBuffer> {
  return message(CHANNEL.resize, new TextEncoder().encode(resizeText(columns, rows)));
}

function message(channel: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(body.length + 1);
  bytes[0] = channel;
  bytes.set(body, 1);
  return bytes;
}

/** How it ended, as a sentence. */
export function endSentence(status: Status | undefined): string {
  if (status === undefined) return 'The connection to the container was lost.';
  const code = exitCodeOf(status);
  if (code === 0) return 'The command has ended.';
  if (code === undefined) return `The command could not be run: ${status.message ?? 'no reason was given'}.`;
  const says = status.message ?? '';
  const reason = says === '' || says.startsWith('command terminated') ? '' : `: ${says}`;
  return `The command has ended with exit code ${code}${reason}.`;
}
