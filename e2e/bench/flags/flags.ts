// Flags: a change until clients on every node have seen it, evaluations a second, and time of a single one over OFREP.
import { spawn, type ChildProcess } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { evaluateFlag, prepareFlags } from '@gantry/api/flags/evaluate-flag';
import { featureFlagKind, type FeatureFlag } from '@gantry/api/kinds/feature-flag';
import { startHostsWorld } from '../../cluster/hosts-world.ts';
import type { LocalWorld } from '../../cluster/local-world.ts';
import type { Bench, Workbench } from '../bench.ts';
import { processorSeconds } from '../process-usage.ts';
import { percentiles, quantile, short, type Figure } from '../figure.ts';

const NODES = 3;
const ROUNDS = 200;
const RATE = 2_000;
const SECONDS = 10;
/** Code that has just been loaded is slow; a node that is asked so often has been asked for longer. */
const WARM_SECONDS = 15;
const EVALUATIONS = 1_000_000;
/** Beside the node's DNS. */
const ADDRESS = '169.254.20.10:8016';
const BARE_ADDRESS = '127.0.0.1:8017';
const KEY = 'checkout';
const NAME = 'bench';
const PLACE = { namespace: 'default', name: NAME };
const PAUSE_MS = 20;

const FLAG = {
  state: 'ENABLED' as const,
  variants: { on: true, off: false },
  defaultVariant: 'off',
  targeting: {
    if: [
      { '==': [{ var: 'tier' }, 'iron'] },
      {
        fractional: [
          ['on', 25],
          ['off', 75],
        ],
      },
      null,
    ],
  },
};
const OBJECT: FeatureFlag = {
  ...{ apiVersion: 'gantry.dev/v1alpha1', kind: 'FeatureFlag', metadata: PLACE },
  spec: { flagSpec: { flags: { [KEY]: FLAG } } },
};

export const flags: Bench = { name: 'flags', run: measure };

async function measure(bench: Workbench): Promise<Figure[]> {
  const inProcess = evaluationsASecond();
  const made = await startHostsWorld(NODES, { unsafeNoFsync: false });
  const clients: ChildProcess[] = [];
  try {
    await made.world.client.create(featureFlagKind, OBJECT);
    const followers = made.hosts.map(({ through }) => followFlag(through));
    clients.push(...followers.map(({ child }) => child));
    const changes = await changeTimes(made.world, followers, bench.quick ? 20 : ROUNDS);
    for (const { child } of followers) child.kill('SIGKILL');
    const requests = await measureRequests(
      { through: made.hosts[0]?.through ?? [], own: (child) => clients.push(child) },
      made.world.pidOf('n1'),
      bench.quick ? 2 : SECONDS,
    );
    return figuresOf(changes, inProcess, requests);
  } finally {
    for (const child of clients) child.kill('SIGKILL');
    await made.stop();
  }
}

function figuresOf(changes: readonly number[], inProcess: number, { node, bare }: Requests): Figure[] {
  return [
    {
      what: `flag change -> seen by OFREP clients on every node of ${NODES}`,
      target: 'p99 <= 150 ms',
      measured: percentiles(changes, 'ms'),
      reference: '',
      met: quantile(changes, 0.99) <= 150,
    },
    {
      what: 'flag evaluations in process, a second of one core',
      target: '>= 300,000',
      measured: Math.round(inProcess).toLocaleString('en'),
      reference: '',
      met: inProcess >= 300_000,
    },
    {
      what: `one flag over OFREP on a node, ${RATE} requests a second`,
      target: 'p99 <= 2 ms',
      measured: describeLoad(node),
      reference: `a server that always answers the same: ${describeLoad(bare)}`,
      met: quantile(node.times, 0.99) <= 2,
    },
  ];
}

function evaluationsASecond(): number {
  const set = prepareFlags(OBJECT.spec.flagSpec);
  const run = (count: number): void => {
    for (let index = 0; index < count; index += 1)
      evaluateFlag(set, KEY, { targetingKey: `user-${index}`, tier: 'iron' }, { nowMs: index });
  };
  run(EVALUATIONS / 10);
  const beganMs = performance.now();
  run(EVALUATIONS);
  return (EVALUATIONS / (performance.now() - beganMs)) * 1_000;
}

/** From before the request that changes the flag until the last of the clients has the new value. */
async function changeTimes(
  { client }: LocalWorld,
  followers: readonly Follower[],
  rounds: number,
): Promise<number[]> {
  await Promise.all(followers.map((one) => one.until('off')));
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const defaultVariant = round % 2 === 0 ? 'on' : 'off';
    const beganMs = Date.now();
    const patch = { spec: { flagSpec: { flags: { [KEY]: { defaultVariant } } } } };
    await client.patch(featureFlagKind, PLACE, 'merge', patch);
    times.push(Math.max(...(await Promise.all(followers.map((one) => one.until(defaultVariant))))) - beganMs);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return times;
}

interface Follower {
  child: ChildProcess;
  /** Milliseconds since the epoch at which the flag was seen to be so. */
  until(variant: string): Promise<number>;
}

function followFlag(through: readonly string[]): Follower {
  const child = startClient(through, ['follow', ADDRESS, KEY]);
  let last: { variant: string; atMs: number } | undefined;
  let look: () => void = () => undefined;
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [variant = '', atMs = ''] = line.split(' ');
      last = { variant, atMs: Number(atMs) };
    }
    look();
  });
  return {
    child,
    until: (variant) =>
      new Promise((resolve) => {
        look = () => {
          if (last?.variant === variant) resolve(last.atMs);
        };
        look();
      }),
  };
}

interface Place {
  /** What a program is started through to be on the host. */
  through: readonly string[];
  own: (child: ChildProcess) => void;
}

interface Load {
  times: readonly number[];
  /** Of the server's processor time, a request. */
  processorMicroseconds: number;
}

interface Requests {
  node: Load;
  /** The same load on a server that does nothing: what is slow there is slow because of the machine. */
  bare: Load;
}

async function measureRequests(place: Place, agentPid: number, seconds: number): Promise<Requests> {
  const bare = startClient(place.through, ['constant', BARE_ADDRESS]);
  place.own(bare);
  await new Promise((resolve) => bare.stdout?.once('data', resolve));
  return {
    bare: await loadOn(place, BARE_ADDRESS, bare.pid ?? 0, seconds),
    node: await loadOn(place, ADDRESS, agentPid, seconds),
  };
}

async function loadOn({ through, own }: Place, address: string, pid: number, seconds: number): Promise<Load> {
  const before = processorSeconds(pid);
  const total = seconds + WARM_SECONDS;
  const child = startClient(through, ['load', address, KEY, String(RATE), String(total)]);
  own(child);
  if (child.stdout === null) throw new Error('the client cannot be heard');
  const all = JSON.parse(await text(child.stdout)) as number[];
  const processorMicroseconds = ((processorSeconds(pid) - before) / all.length) * 1e6;
  return { times: all.slice(WARM_SECONDS * RATE), processorMicroseconds };
}

function describeLoad({ times, processorMicroseconds }: Load): string {
  const worst = short(Math.max(...times));
  return `${percentiles(times, 'ms')}, worst ${worst} ms; ${short(processorMicroseconds)} µs of a core each`;
}

function startClient(through: readonly string[], args: readonly string[]): ChildProcess {
  const file = fileURLToPath(new URL('flag-client-program.js', import.meta.url));
  const [program = '', ...rest] = [...through, process.execPath, file, ...args];
  return spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
}
