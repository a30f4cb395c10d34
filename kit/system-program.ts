// Programs of the system, run with a list of arguments: no shell ever reads what is handed on. Thin.
import { execFile } from 'node:child_process';
import { OperationalError } from './operational-error.ts';
import { systemEnvironment } from './system-environment.ts';

/** Runs one program to its end. @returns what it wrote. @throws OperationalError `program-failed` with its words. */
export type RunProgram = (argv: readonly string[]) => Promise<string>;

const TIMEOUT_MS = 20_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const WORDS_MAX = 500;

/** @param through what programs are started through, such as `nsenter --net=…`. */
export function programRunner(through: readonly string[] = []): RunProgram {
  return (argv) => {
    const [program = '', ...args] = [...through, ...argv];
    const options = { env: systemEnvironment(), timeout: TIMEOUT_MS, maxBuffer: OUTPUT_BYTES_MAX };
    return new Promise((resolve, reject) => {
      execFile(program, args, options, (error, stdout, stderr) => {
        if (error === null) {
          resolve(stdout);
          return;
        }
        const words = (stderr.trim() || error.message).slice(0, WORDS_MAX);
        reject(new OperationalError('program-failed', `${argv.join(' ')}: ${words}`, { cause: error }));
      });
    });
  };
}
