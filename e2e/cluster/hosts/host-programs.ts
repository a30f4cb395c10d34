// Programs of made-up hosts: started so that their pids are known, and ended by these alone.
import { readFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { sleep, systemClock } from '@gantry/kit/clock';
import { systemEnvironment } from '@gantry/kit/system-environment';

const POLL_MS = 50;
/** Generous: it is only reached by what would fail anyway. */
const PATIENCE_MS = 60_000;

/** Starts a program of its own session, whose words go to a file. @returns its pid. */
export function startProgram(argv: readonly string[], logFile: string): number {
  const [program = '', ...args] = argv;
  const log = openSync(logFile, 'a');
  const child = spawn(program, args, {
    env: systemEnvironment(),
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.on('error', () => undefined);
  child.unref();
  if (child.pid === undefined) throw new Error(`${argv.join(' ')} does not start`);
  return child.pid;
}

/** When a process began, in the kernel's ticks: with its pid it names one process for good. */
export function startOf(pid: number): string | undefined {
  const stat = readOr(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}

/** Ends these processes, gently or not, and waits until they are gone. */
export async function endProcesses(pids: readonly number[], signal: NodeJS.Signals): Promise<void> {
  for (const pid of pids) kill(pid, signal);
  await patiently('processes end', () => pids.every((pid) => startOf(pid) === undefined));
}

/** Waits until it is so. @throws Error that says what was waited for. */
export async function patiently(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const endMs = systemClock.nowMs() + PATIENCE_MS; !(await isSo());) {
    if (systemClock.nowMs() > endMs) throw new Error(`not in time: ${what}`);
    await sleep(systemClock, POLL_MS);
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

function readOr(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
