// `gantry` as a user sees it, against a whole control plane in this process: what is typed, printed, and the exit code.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { startTestServer } from '@gantry/control-plane/server/test-server';
import { runProgram } from '@gantry/ctl/program';

/** What one command line led to. */
export interface Answer {
  out: string;
  err: string;
  exitCode: number;
}

/** A control plane, a folder with its kubeconfig, and `gantry`. */
export interface CtlWorld {
  folder: string;
  kubeconfig: string;
  /**
   * Runs a command line; words are split at blanks unless they are given as a list. `stopWhen` is what the user waits to
   * see on standard output before pressing Ctrl-C.
   */
  gantry(
    line: string | readonly string[],
    options?: { stdin?: string; env?: Record<string, string>; stopWhen?: RegExp },
  ): Promise<Answer>;
  /** Writes a file into the folder. @returns its path. */
  file(name: string, text: string, mode?: number): string;
  stop(): Promise<void>;
}

/** Starts one; `parts` are what else its control plane has. */
export async function startCtlWorld(parts: Parameters<typeof startTestServer>[0] = {}): Promise<CtlWorld> {
  const plane = await startTestServer(parts);
  const folder = mkdtempSync(join(tmpdir(), 'gantry-ctl-'));
  const file = (name: string, text: string, mode = 0o600): string => {
    writeFileSync(join(folder, name), text, { mode });
    return join(folder, name);
  };
  const kubeconfig = file('kubeconfig', kubeconfigOf(plane.url));
  return {
    folder,
    kubeconfig,
    file,
    gantry: (line, options = {}) =>
      run(
        typeof line === 'string' ? line.split(' ') : line,
        options.stdin ?? '',
        {
          KUBECONFIG: kubeconfig,
          GANTRY_HOME: join(folder, 'home'),
          PATH: process.env['PATH'] ?? '',
          ...options.env,
        },
        options.stopWhen,
      ),
    async stop() {
      await plane.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function run(
  words: readonly string[],
  stdin: string,
  env: Record<string, string>,
  stopWhen: RegExp | undefined,
): Promise<Answer> {
  const stop = new AbortController();
  const said = { out: '', err: '' };
  const input = new PassThrough();
  input.end(stdin);
  const exitCode = await runProgram(words, {
    env,
    signal: stop.signal,
    io: {
      out: (text) => {
        said.out += text;
        if (stopWhen?.test(said.out) === true) stop.abort(new Error('Interrupted.'));
      },
      err: (text) => void (said.err += text),
      terminal: false,
      columns: 80,
      // Only what a command reads from them is needed: they are no terminals.
      stdin: input as unknown as NodeJS.ReadStream,
      stdout: process.stdout,
      stderr: process.stderr,
    },
  });
  return { ...said, exitCode };
}

function kubeconfigOf(server: string): string {
  return `# for a test
current-context: test
clusters:
  - name: test
    cluster: { server: "${server}" }
users:
  - name: admin
    user: { token: very-secret }
contexts:
  - name: test
    context: { cluster: test, user: admin }
  - name: team
    context: { cluster: test, user: admin, namespace: team }
`;
}
