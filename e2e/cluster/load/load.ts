// Load on Services from a host, and what became of it.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How requests are made: over connections that stay, over one each, or bare TCP. */
export type Way = 'keep-alive' | 'new' | 'tcp';

export interface LoadWish {
  targets: Partial<Record<Way, { host: string; port: number }>>;
  /** So many at once, each way. */
  clients: number;
  /** Between an answer and the next request of a client. */
  pauseMs: number;
  /** How many are made each way, unless it is stopped before; without an end when absent. */
  requests?: number;
}

/** What became of one way's requests. */
export interface WayReport {
  answered: number;
  /** How often, by what was wrong. */
  failed: Record<string, number>;
  /** How many answers had this text, whatever their status. Bare TCP leaves out those that failed. */
  texts: Record<string, number>;
  /** When the first and the last request began that got an answer of this text, by this machine's clock. */
  firstMs: Record<string, number>;
  lastMs: Record<string, number>;
}

export type LoadReport = Partial<Record<Way, WayReport>>;

export interface RunningLoad {
  /** Lets the last requests end. */
  stop(): Promise<LoadReport>;
  /** Waits until all requests that were wished for have been made. */
  done(): Promise<LoadReport>;
}

/** @param through what the program is started through to be on another host. @returns once requests are being sent. */
export async function startLoad(through: readonly string[], wish: LoadWish): Promise<RunningLoad> {
  const source = fileURLToPath(import.meta.url);
  const isSource = source.endsWith('.ts');
  const file = fileURLToPath(new URL(isSource ? 'load-program.ts' : 'load-program.js', import.meta.url));
  const [program = '', ...args] = [
    ...through,
    ...[process.execPath, ...(isSource ? ['--import=tsx'] : []), file, JSON.stringify(wish)],
  ];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      resolve();
    });
    child.once('error', reject);
    void ended.then(() => reject(new Error('the load did not begin')));
  });
  const done = async (): Promise<LoadReport> => {
    await ended;
    return JSON.parse(text.split('\n')[1] ?? '{}') as LoadReport;
  };
  return {
    stop: () => {
      child.kill('SIGTERM');
      return done();
    },
    done,
  };
}

/** Failures of all ways, by what was wrong. */
export function failuresOf(report: LoadReport): Record<string, number> {
  const all: Record<string, number> = {};
  for (const [way, { failed }] of Object.entries(report))
    for (const [what, count] of Object.entries(failed)) all[`${way}: ${what}`] = count;
  return all;
}
