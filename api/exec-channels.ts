// The channels of exec and attach over a WebSocket, and what the last message says. Pure.
import type { Status } from './status-error.ts';

/** The protocol: the first byte of each message is its channel. */
export const EXEC_PROTOCOL = 'v5.channel.k8s.io';

/** `error` carries the outcome; `close` is followed by the channel that has ended. */
export const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/** The message by which the size of a terminal is told, without its channel. */
export function resizeText(columns: number, rows: number): string {
  return `${JSON.stringify({ Width: columns, Height: rows })}\n`;
}

/** The exit code that an outcome tells: 0 for success, undefined where the command could not be run. */
export function exitCodeOf({ status, details }: Status): number | undefined {
  if (status === 'Success') return 0;
  const code = details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  return code === undefined ? undefined : Number(code);
}
