// A machine on which tests and benchmarks can run: what is missing is installed by `gantry setup` into a state folder
// of its own (chromium, which only tests need, from the machine's packages), and `gantry down` and the folder's removal undo what was started.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './browser/chromium-package.ts';

/** The machine, as its programs see it. */
export interface PreparedMachine {
  /** With GANTRY_HOME, and with what was fetched on PATH. */
  env: NodeJS.ProcessEnv;
  /** What `gantry setup` said. */
  words: string;
  /** Whether everything is there. */
  ok: boolean;
  /** Stops what was started and removes the state folder. */
  release(): Promise<void>;
}

/** Installs and starts what is missing. Must run in the repository's root, compiled. */
export async function prepareMachine(): Promise<PreparedMachine> {
  const home = mkdtempSync(join(tmpdir(), 'gantry-test-'));
  // What `gantry setup` fetches lies in the state folder.
  const path = `${join(home, 'bin')}:${process.env['PATH'] ?? ''}`;
  const env = { ...process.env, GANTRY_HOME: home, FORCE_COLOR: '0', PATH: path };
  const setup = await runProgram(['bin/gantry', 'setup'], env);
  const noBrowser = await ensureChromium((command) => runProgram(command, env));
  return {
    env,
    words: [setup.text.trim(), ...(noBrowser === undefined ? [] : [noBrowser])].join('\n'),
    ok: setup.code === 0 && noBrowser === undefined,
    release: async () => {
      await runProgram(['bin/gantry', 'down'], env);
      removeHome(home);
    },
  };
}

/** A folder that an engine still holds on to is no failure; it is named. */
function removeHome(home: string): void {
  try {
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  } catch (error) {
    console.log(`left behind: ${home} (${(error as Error).message})`);
  }
}

/**
 * Runs a program to its end; 127 when it cannot be started.
 *
 * @param onText is handed pieces of the output as they come.
 */
export async function runProgram(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  onText: (text: string) => void = () => undefined,
): Promise<{ code: number; text: string }> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    onText(chunk.toString('utf8'));
  });
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number>((resolve) => {
    child.on('error', () => {
      resolve(127);
    });
    child.on('close', (status) => {
      resolve(status ?? 1);
    });
  });
  return { code, text: Buffer.concat(chunks).toString('utf8') };
}
