// When an address begins to answer, or ceases to, as seen from a host.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Flip {
  /** Milliseconds since the epoch at which it next became so; at once when it is so already. */
  until(state: 'answers' | 'silent'): Promise<number>;
  stop(): void;
}

/** Looks every few milliseconds, over TCP. @param through what a program is started through to be on that host. */
export function watchFlips(through: readonly string[], host: string, port: number): Flip {
  const file = fileURLToPath(new URL('flip-program.js', import.meta.url));
  const [program = '', ...args] = [...through, process.execPath, file, host, String(port)];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let last: { state: string; atMs: number } | undefined;
  let look: () => void = () => undefined;
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [state = '', atMs = ''] = line.split(' ');
      last = { state, atMs: Number(atMs) };
    }
    look();
  });
  return {
    until: (state) =>
      new Promise((resolve) => {
        look = () => {
          if (last?.state === state) resolve(last.atMs);
        };
        look();
      }),
    stop: () => void child.kill('SIGKILL'),
  };
}
