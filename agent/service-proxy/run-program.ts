// Runs a program of the system and returns what it prints. Thin: argument lists only, no shell.
import { execFile } from 'node:child_process';
import { systemEnvironment } from './system-environment.ts';

const WITHIN_MS = 30_000;
const WORDS_MAX = 1_000;

/** @throws Error with the program's own last words. */
export function runProgram(argv: readonly string[], cwd?: string): Promise<string> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      { cwd, env: systemEnvironment(), timeout: WITHIN_MS },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${stderr}${stdout}`.trim().slice(-WORDS_MAX) || error.message));
      },
    );
  });
}
