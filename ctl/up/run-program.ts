// Runs another program without a shell and keeps what it said, for a clear message when it fails.
import { execFile } from 'node:child_process';
import { OperationalError } from '@gantry/kit/operational-error';

const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Runs a program to its end.
 *
 * @returns its standard output.
 * @throws OperationalError `program-failed` with the last lines that it wrote.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: Readonly<Record<string, string | undefined>>; timeoutMs?: number } = {},
): Promise<string> {
  const { timeoutMs, ...rest } = options;
  return new Promise((resolve, reject) => {
    execFile(
      program,
      [...args],
      { ...rest, timeout: timeoutMs ?? 0, maxBuffer: OUTPUT_BYTES_MAX },
      (error, stdout, stderr) => {
        if (error === null) {
          resolve(stdout);
          return;
        }
        const said = `${stderr}\n${stdout}`.trim().split('\n').slice(-3).join(' | ');
        reject(
          new OperationalError('program-failed', `${program} failed: ${said || error.message}`, {
            cause: error,
          }),
        );
      },
    );
  });
}

/** Whether a program of that name can be found on PATH or in the system folders. */
export async function isInstalled(program: string): Promise<boolean> {
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/local/sbin`;
  return runProgram('/bin/sh', ['-c', 'command -v "$0"', program], { env: { PATH: path } }).then(
    () => true,
    () => false,
  );
}
