// What the suite's tests share: a node of their own, pods on it, and the patience to wait for what must come.
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { sleep, systemClock, type Clock } from '@gantry/kit/clock';
import { codeOf } from '@gantry/kit/operational-error';
import { systemIds } from '@gantry/kit/random';
import type { ExecutionContext } from 'ava';
import type {
  ContainerSpec,
  ContainerState,
  ExecOptions,
  LogOptions,
  Runtime,
  SandboxSpec,
  SandboxState,
} from '../runtime.ts';
import { containerSpec, newPod, sandboxSpec } from '../test-specs.ts';
import type { Command, Programs } from './programs.ts';

/** A folder of the host that containers may mount. */
export interface HostFolder {
  path: string;
  write: (name: string, text: string) => Promise<void>;
  read: (name: string) => Promise<string>;
}

/** What a kind of runtime cannot be asked for. */
export type Exception =
  /** Users, rights and read-only folders that bind a program. */
  'rights';

/** A kind of runtime to be tested. */
export interface RuntimeSubject {
  /** A runtime of this node. A second one of the same node stands for an agent that was restarted. */
  open: (nodeName: string) => Runtime;
  /** ID of an image with these programs, and with `/etc/passwd`. */
  imageId: () => string;
  programs: Programs;
  /** On which the runtime waits, and so do the tests. */
  clock: Clock;
  hostFolder: (t: ExecutionContext) => Promise<HostFolder>;
  /** A port of the host that nobody has. */
  freePort: () => Promise<number>;
  /** What is not tested, each with the reason. */
  exceptions?: Partial<Record<Exception, string>>;
  /** Removes all of a node's containers, whatever the runtime thinks of them. */
  cleanUp: (nodeName: string) => Promise<void>;
}

/** A node for one test. */
export interface Bench {
  nodeName: string;
  programs: Programs;
  nowMs(): number;
  runtime: Runtime;
  imageId: string;
  /** As after a restart of the agent. */
  reopen(): Runtime;
  sandbox(more?: Partial<SandboxSpec>): Promise<SandboxState>;
  /** On the host's network: quick to make, for tests that do not look at networks. */
  plainSandbox(): Promise<SandboxState>;
  spec(sandbox: SandboxState, command: Command, more?: Partial<ContainerSpec>): ContainerSpec;
  start(sandbox: SandboxState, command: Command, more?: Partial<ContainerSpec>): Promise<ContainerState>;
  /** Waits until `holds`. @throws after a long time. */
  eventually: (what: string, holds: () => Promise<boolean> | boolean) => Promise<void>;
  /** Waits until the container is as wanted. */
  until(id: string, wanted: (state: ContainerState) => boolean): Promise<ContainerState>;
  untilExited(id: string): Promise<ContainerState>;
  logs(id: string, more?: Partial<LogOptions>): Promise<{ out: string; err: string }>;
  exec(id: string, command: readonly string[], more?: Partial<ExecOptions>): Promise<ExecResult>;
}

/** What a command did. */
export interface ExecResult {
  code: number;
  out: string;
  err: string;
}

/** Generous: it is only reached by what would fail anyway. */
const PATIENCE_MS = 30_000;
const LOOK_INTERVAL_MS = 25;

/** Opens a node that is cleaned up when the test ends, however it ends. */
export function openBench(t: ExecutionContext, subject: RuntimeSubject): Bench {
  const nodeName = `contract-${systemIds.suffix(8)}`;
  const opened: Runtime[] = [];
  const open = (): Runtime => {
    const runtime = subject.open(nodeName);
    opened.push(runtime);
    return runtime;
  };
  t.teardown(async () => {
    await subject.cleanUp(nodeName);
    await Promise.all(opened.map((runtime) => runtime.close()));
  });
  const { programs, clock } = subject;
  const imageId = subject.imageId();
  const nowMs = (): number => clock.nowMs();
  return { nodeName, imageId, programs, nowMs, reopen: open, ...stepsOf(open(), imageId, clock) };
}

type Steps = Omit<Bench, 'nodeName' | 'imageId' | 'programs' | 'nowMs' | 'reopen'>;

function stepsOf(runtime: Runtime, imageId: string, clock: Clock): Steps {
  const sandbox: Bench['sandbox'] = (more = {}) =>
    runtime.createSandbox({ ...sandboxSpec(newPod()), ...more });
  const spec: Bench['spec'] = (of, command, more = {}) => containerSpec(of, imageId, command, more);
  const until: Bench['until'] = async (id, wanted) => {
    let last: ContainerState | undefined;
    const look = async (): Promise<boolean> => {
      last = (await runtime.listContainers()).find((state) => state.id === id);
      return last !== undefined && wanted(last);
    };
    await eventually(`container ${id} to be as wanted`, look, clock);
    if (last === undefined) throw new Error('unreachable');
    return last;
  };
  return {
    runtime,
    sandbox,
    plainSandbox: () => sandbox({ hostNetwork: true }),
    spec,
    start: (of, command, more) => runtime.startContainer(spec(of, command, more)),
    eventually: (what, holds) => eventually(what, holds, clock),
    until,
    untilExited: (id) => until(id, ({ status }) => status === 'exited'),
    async logs(id, more = {}) {
      const [out, err] = [new PassThrough(), new PassThrough()];
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const reading = runtime.logs(id, out, err, { follow: false, timestamps: false, signal, ...more });
      const [outText, errText] = await Promise.all([text(out), text(err), reading]);
      return { out: outText, err: errText };
    },
    async exec(id, command, more = {}) {
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      const reading = Promise.all([text(stdout), text(stderr)]);
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const code = await runtime.exec(id, { command, tty: false, stdout, stderr, signal, ...more });
      stdout.end();
      stderr.end();
      const [out, err] = await reading;
      return { code, out, err };
    },
  };
}

/** Waits until `holds`. @throws after a long time. */
export async function eventually(
  what: string,
  holds: () => Promise<boolean> | boolean,
  clock = systemClock,
): Promise<void> {
  const giveUpAtMs = clock.nowMs() + PATIENCE_MS;
  while (!(await holds())) {
    if (clock.nowMs() > giveUpAtMs) throw new Error(`waited in vain for ${what}`);
    await sleep(clock, LOOK_INTERVAL_MS);
  }
}

/** The code of the failure that must come. */
export async function failureCode(t: ExecutionContext, work: Promise<unknown>): Promise<string | undefined> {
  const error = await t.throwsAsync(work);
  return codeOf(error);
}
