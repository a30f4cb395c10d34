// Runs kubectl against a test server, with a home of its own: its discovery cache must not outlive the server.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kubectl } from './find-kubectl.ts';

/** What a command left. */
export interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

/** kubectl with a server and a home. */
export interface KubectlSession {
  /** A folder for files of the test. */
  folder: string;
  run: (args: readonly string[], options?: RunOptions) => Promise<Outcome>;
  close: () => void;
}

/** How a command is run. */
export interface RunOptions {
  stdin?: string;
  env?: Readonly<Record<string, string>>;
  /** Ends the command as soon as its output matches: for commands that go on for ever. */
  until?: RegExp;
  /** Called when the output first matches `ready`. */
  ready?: { output: RegExp; then: () => unknown };
}

/** A command that takes longer is stuck. */
const COMMAND_MS = 60_000;

/** Makes a session. */
export function kubectlSession(kubectl: Kubectl, serverUrl: string): KubectlSession {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-kubectl-'));
  const config = join(folder, 'kubeconfig');
  writeFileSync(config, kubeconfig(serverUrl));
  const env = { ...process.env, HOME: folder, KUBECONFIG: config };
  return {
    folder,
    run: (args, options = {}) =>
      runCommand(kubectl.path, args, { ...options, env: { ...env, ...options.env } }, folder),
    close: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function kubeconfig(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server } }],
    users: [{ name: 'test', user: {} }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  });
}

function runCommand(
  path: string,
  args: readonly string[],
  options: RunOptions,
  cwd: string,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { cwd, env: options.env, stdio: 'pipe' });
    const outcome: Outcome = { code: null, out: '', err: '' };
    const timer = setTimeout(() => child.kill('SIGKILL'), COMMAND_MS);
    let { ready } = options;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      outcome.out += text;
      if (ready?.output.test(outcome.out) === true) {
        void ready.then();
        ready = undefined;
      }
      if (options.until?.test(outcome.out) === true) child.kill('SIGTERM');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (outcome.err += text));
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ ...outcome, code });
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.stdin ?? '');
  });
}
