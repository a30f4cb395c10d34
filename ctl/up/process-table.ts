// Background processes of a local cluster, each known by pid and start time, so that a reused pid is never
// taken for ours and nothing is ever ended by name.
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from '../home.ts';

/** What is remembered about a process. */
export interface ProcessRecord {
  name: string;
  pid: number;
  /** Start time in clock ticks since boot, from /proc: tells a reused pid apart. */
  startTicks: string;
  command: string[];
}

/** Name under which `gantry up` is known while it is at work. */
export const UP_PROCESS = 'up';
const POLL_MS = 50;

/** Start time of a running process; undefined when it is gone or a zombie. */
function startTicksOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** The record of a process of that name, if it still runs. */
export function runningProcess(home: Home, name: string): ProcessRecord | undefined {
  const file = recordFile(home, name);
  if (!existsSync(file)) return undefined;
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as ProcessRecord;
    return startTicksOf(record.pid) === record.startTicks ? record : undefined;
  } catch {
    return undefined;
  }
}

/** What a process that runs was given for one of its options. */
export function givenOption(home: Home, name: string, option: string): string | undefined {
  const { command = [] } = runningProcess(home, name) ?? {};
  const at = command.indexOf(option);
  return at < 0 ? undefined : command[at + 1];
}

/** Names of all processes that were ever started here and not removed. */
export function recordedNames(home: Home): string[] {
  if (!existsSync(home.run)) return [];
  return readdirSync(home.run)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));
}

/** Starts a process that outlives this one; its output goes to `logs/<name>.log`. */
export function startProcess(
  home: Home,
  name: string,
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ProcessRecord {
  mkdirSync(home.run, { recursive: true, mode: 0o700 });
  mkdirSync(home.logs, { recursive: true, mode: 0o700 });
  const log = openSync(logFile(home, name), 'a', 0o600);
  const [program = '', ...args] = command;
  const child = spawn(program, args, { detached: true, stdio: ['ignore', log, log], env, cwd: home.root });
  closeSync(log);
  child.on('error', () => undefined);
  child.unref();
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${name} could not be started: ${program} cannot be run`);
  return remember(home, { name, pid, startTicks: startTicksOf(pid) ?? '', command: [...command] });
}

/** Makes this very process known under a name, so that another can end it. */
export function recordSelf(home: Home, name: string): void {
  mkdirSync(home.run, { recursive: true, mode: 0o700 });
  const { pid } = process;
  remember(home, { name, pid, startTicks: startTicksOf(pid) ?? '', command: [...process.argv] });
}

function remember(home: Home, record: ProcessRecord): ProcessRecord {
  writeFileSync(recordFile(home, record.name), JSON.stringify(record), { mode: 0o600 });
  return record;
}

/** Takes a process out of the table, whether it runs or not. */
export function forget(home: Home, name: string): void {
  rmSync(recordFile(home, name), { force: true });
}

function recordFile(home: Home, name: string): string {
  return join(home.run, `${name}.json`);
}

/** Where the process writes. */
export function logFile(home: Home, name: string): string {
  return join(home.logs, `${name}.log`);
}

/** The last lines of a process's log, for an error message. */
export function logTail(home: Home, name: string, lines: number): string[] {
  const file = logFile(home, name);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines);
}

/**
 * Ends a process: TERM, then KILL after `graceMs`. Ends only the very process that was started.
 *
 * @returns whether there was one to end.
 */
export async function stopProcess(home: Home, name: string, graceMs: number): Promise<boolean> {
  const record = runningProcess(home, name);
  if (record !== undefined) {
    await end(record, 'SIGTERM', graceMs);
    await end(record, 'SIGKILL', graceMs);
  }
  forget(home, name);
  return record !== undefined;
}

async function end(record: ProcessRecord, signal: NodeJS.Signals, waitMs: number): Promise<void> {
  if (startTicksOf(record.pid) !== record.startTicks) return;
  process.kill(record.pid, signal);
  for (let waited = 0; waited < waitMs && startTicksOf(record.pid) === record.startTicks; waited += POLL_MS) {
    await delay(POLL_MS);
  }
}
