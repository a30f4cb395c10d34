// One shell that sets hostnames in other processes' UTS namespaces. Node would have to copy itself for each command,
// which holds up everything else for 10 ms and more; the shell is small and does it in two.
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Sets hostnames, in order. Started when first needed, and again after it ended. */
export interface NamespaceShell {
  /**
   * Also lets the process go on where `held`.
   *
   * @throws when the process is gone, belongs to another machine, or the rights or tools are missing.
   */
  setHostname(pid: number, hostname: string, held?: boolean): Promise<void>;
  /** @throws as {@link setHostname}. */
  readHostname(pid: number): Promise<string>;
  close(): void;
}

/**
 * Reads lines `<pid> [<name> [held]]`; answers each with the name, or an empty line when it failed. A process that is
 * held is let go, also when whoever asked is gone by then. No input becomes code.
 */
const SCRIPT = `while read -r pid name held; do
  set -- "--uts=/proc/$pid/ns/uts" -- hostname $name
  answer=$(nsenter "$@" 2>/dev/null) && answer="$answer$name" || answer=
  [ -z "$held" ] || kill -CONT "$pid" 2>/dev/null
  echo "$answer"
done`;
const HOSTNAME = /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/;

interface Request {
  resolve: (name: string) => void;
  reject: (error: Error) => void;
}

export function createNamespaceShell(): NamespaceShell {
  let running: { child: ChildProcess; requests: Request[] } | undefined;

  const start = (): { child: ChildProcess; requests: Request[] } => {
    const child = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'pipe', 'ignore'] });
    const requests: Request[] = [];
    const shell = { child, requests };
    const end = (error: Error): void => {
      if (running === shell) running = undefined;
      for (const request of requests.splice(0)) request.reject(error);
    };
    child.on('error', end);
    child.stdin.on('error', () => undefined);
    child.on('exit', () => {
      end(new Error('the shell that sets hostnames has ended'));
    });
    createInterface({ input: child.stdout }).on('line', (line) => requests.shift()?.resolve(line));
    // It must not keep a process alive that has nothing else to do.
    child.unref();
    return shell;
  };
  const ask = (line: string): Promise<string> =>
    new Promise((resolve, reject) => {
      running ??= start();
      running.requests.push({ resolve, reject });
      running.child.stdin?.write(`${line}\n`);
    });

  return {
    async setHostname(pid, hostname, held = false) {
      if (!HOSTNAME.test(hostname)) throw new Error(`"${hostname}" is no hostname`);
      const name = await ask(`${pid} ${hostname}${held ? ' held' : ''}`);
      if (name !== hostname) throw new Error(`hostname of process ${pid} could not be set`);
    },
    async readHostname(pid) {
      const name = await ask(String(pid));
      if (name === '') throw new Error(`hostname of process ${pid} cannot be read`);
      return name;
    },
    close: () => {
      running?.child.stdin?.end();
    },
  };
}
