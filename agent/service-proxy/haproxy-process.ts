// HAProxy as a process of this node, master and worker. It outlives the agent, which finds it again by its pid file and
// its socket; reloads hand the listeners over, so that no connection is refused.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { sleep, type Clock } from '@gantry/kit/clock';
import { messageOf, OperationalError } from '@gantry/kit/operational-error';
import { openPipe, TRAFFIC_PIPE } from '../traffic-metrics/log-pipe.ts';
import { askHaproxy, askMaster } from './haproxy-cli.ts';
import {
  CONFIG_FILE,
  LOG_FILE,
  MASTER_SOCKET,
  promoteCandidate,
  pruneCertificates,
  readPid,
  writeCandidate,
  writePid,
} from './haproxy-files.ts';
import { areStopped, hasLua, readGeneration, readOldWorkers, readVersion } from './read-running.ts';
import { ADMIN_SOCKET, type RenderedProxy } from './render-config.ts';
import { systemEnvironment } from '@gantry/kit/system-environment';
import { programRunner } from '@gantry/kit/system-program';

export interface HaproxyDeps {
  clock: Clock;
  /** Of the proxy alone: configuration, maps, sockets, pid. */
  folder: string;
  /** What the program is started through, such as `nsenter --net=…`; none for this host's own network. */
  through: readonly string[];
}

export interface HaproxyProcess {
  /** The oldest that knows servers added at run time. @throws OperationalError `proxy-missing` with the remedy. */
  checkProgram(): Promise<void>;
  /** Whether the program can run Lua; asked once. */
  hasLua(): Promise<boolean>;
  /** The generation that runs; undefined when nobody answers. */
  running(): Promise<string | undefined>;
  /** Sends lines to the admin socket. */
  ask(lines: readonly string[]): Promise<string[]>;
  /**
   * Runs this configuration: reloads what runs, or starts anew. @throws OperationalError `proxy-refused` when HAProxy
   * does not take it; what ran before goes on.
   */
  run(rendered: RenderedProxy, generation: string): Promise<void>;
  /** Whether no process of before a reload has anything to finish. */
  isAlone(): Promise<boolean>;
  /** Ends master and workers, at once. */
  end(): Promise<void>;
}

const runProgram = programRunner();
const VERSION_MIN = { major: 2, minor: 6 };
const STARTS_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 20;
const ENDS_WITHIN_MS = 5_000;

export function createHaproxyProcess(deps: HaproxyDeps): HaproxyProcess {
  const { folder } = deps;
  const socketPath = join(folder, ADMIN_SOCKET);
  const ask = (lines: readonly string[]): Promise<string[]> => askHaproxy(socketPath, lines);
  const running = async (): Promise<string | undefined> => {
    const [info = ''] = await ask(['show info']).catch(() => []);
    return readGeneration(info);
  };
  let lua: Promise<boolean> | undefined;
  /** Workers of before that are known to take no connections. */
  let stopping: ReadonlySet<number> = new Set();
  return {
    checkProgram,
    hasLua: () => (lua ??= canRunLua()),
    running,
    ask,
    async run(rendered, generation) {
      const candidate = await writeCandidate(folder, rendered);
      await checkConfig(folder, candidate);
      await promoteCandidate(folder);
      const pid = await masterPid(folder, await running());
      if (pid === undefined) await writePid(folder, await startMaster(deps));
      else process.kill(pid, 'SIGUSR2');
      await untilRunning(deps, running, generation);
      if (pid !== undefined) stopping = await untilAlone(deps, stopping);
      await pruneCertificates(folder, rendered);
    },
    isAlone: async () => readOldWorkers(await masterSays(folder, 'show proc'))?.length === 0,
    end: () => endMaster(deps),
  };
}

async function checkProgram(): Promise<void> {
  const said = await runProgram(['haproxy', '-v']).catch(() => '');
  const version = readVersion(said);
  const { major, minor } = VERSION_MIN;
  const isGood =
    version !== undefined && (version.major > major || (version.major === major && version.minor >= minor));
  if (isGood) return;
  const found = version === undefined ? 'none was found' : `this one is ${version.major}.${version.minor}`;
  throw new OperationalError(
    'proxy-missing',
    `Services need HAProxy ${major}.${minor} or newer; ${found}. Install it (\`gantry setup\` does) and start the agent again.`,
  );
}

async function checkConfig(folder: string, file: string): Promise<void> {
  try {
    await runProgram(['haproxy', '-C', folder, '-c', '-q', '-f', file]);
  } catch (error) {
    throw new OperationalError(
      'proxy-refused',
      `HAProxy does not take its configuration: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
}

async function canRunLua(): Promise<boolean> {
  return hasLua(await runProgram(['haproxy', '-vv']).catch(() => ''));
}

/** A recorded pid may be another program's by now: it counts only while the socket answers too. */
async function masterPid(folder: string, generation: string | undefined): Promise<number | undefined> {
  return generation === undefined ? undefined : readPid(folder);
}

async function startMaster({ folder, through }: HaproxyDeps): Promise<number> {
  const log = openSync(join(folder, LOG_FILE), 'a', 0o600);
  const pipe = await openPipe(join(folder, TRAFFIC_PIPE));
  const [program = '', ...args] = [
    ...through,
    ...['haproxy', '-W', '-S', `unix@${MASTER_SOCKET},mode,600`, '-f', CONFIG_FILE],
  ];
  try {
    // A session of its own: no signal to the agent's group reaches it.
    const child = spawn(program, args, {
      ...{ cwd: folder, env: systemEnvironment(), detached: true },
      stdio: ['ignore', pipe, log],
    });
    child.on('error', () => undefined);
    child.unref();
    if (child.pid === undefined) throw new OperationalError('proxy-refused', `${program} cannot be started`);
    return child.pid;
  } finally {
    closeSync(log);
    closeSync(pipe);
  }
}

async function untilRunning(
  { clock, folder }: HaproxyDeps,
  running: () => Promise<string | undefined>,
  generation: string,
): Promise<void> {
  const untilMs = clock.nowMs() + STARTS_WITHIN_MS;
  while ((await running()) !== generation) {
    if (clock.nowMs() > untilMs)
      throw new OperationalError(
        'proxy-refused',
        `HAProxy did not start within ${STARTS_WITHIN_MS / 1_000} s; its words are in ${join(folder, LOG_FILE)}`,
      );
    await sleep(clock, LOOK_EVERY_MS);
  }
}

/**
 * Until no worker of before takes connections any more: each is told when the new one runs, and hears of it when its turn on the
 * processor comes. A master that begins anew says nothing for a moment; one that says nothing at all holds nobody up for ever.
 *
 * @param known those that took none before.
 * @returns those that are left, and only finish what they have.
 */
async function untilAlone(
  { clock, folder }: HaproxyDeps,
  known: ReadonlySet<number>,
): Promise<ReadonlySet<number>> {
  const untilMs = clock.nowMs() + STARTS_WITHIN_MS;
  const stopping = new Set(known);
  for (;;) {
    const old = readOldWorkers(await masterSays(folder, 'show proc'));
    for (const pid of old ?? [])
      if (!stopping.has(pid) && areStopped(await masterSays(folder, `@!${pid} show stat -1 1 -1`)))
        stopping.add(pid);
    if (old?.every((pid) => stopping.has(pid)) === true || clock.nowMs() > untilMs)
      return new Set(old?.filter((pid) => stopping.has(pid)));
    await sleep(clock, LOOK_EVERY_MS);
  }
}

/** Nothing where it does not answer. */
function masterSays(folder: string, line: string): Promise<string> {
  return askMaster(join(folder, MASTER_SOCKET), line).catch(() => '');
}

async function endMaster({ clock, folder }: HaproxyDeps): Promise<void> {
  const ask = (): Promise<string | undefined> =>
    askHaproxy(join(folder, ADMIN_SOCKET), ['show info']).then(
      ([info = '']) => readGeneration(info),
      () => undefined,
    );
  const pid = await masterPid(folder, await ask());
  if (pid === undefined) return;
  process.kill(pid, 'SIGTERM');
  const untilMs = clock.nowMs() + ENDS_WITHIN_MS;
  while ((await ask()) !== undefined && clock.nowMs() < untilMs) await sleep(clock, LOOK_EVERY_MS);
}
