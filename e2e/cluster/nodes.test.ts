// `gantry up --nodes 3`, as a user runs it: three hosts on this machine, again without any change, mended after parts of it
// were killed, and gone without a trace.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import Docker from 'dockerode';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { connectWithKubeconfig } from '@gantry/ctl/connect';
import { homeFrom } from '@gantry/ctl/home';
import { cablingId, madeHosts, type MadeHost } from '@gantry/ctl/up/hosts/made-host';
import { processesOf } from '@gantry/ctl/up/hosts/processes-of';
import { mountsBelow } from '@gantry/ctl/up/mounts';
import { runningProcess } from '@gantry/ctl/up/process-table';
import { freePorts } from '@gantry/kit/etcd-process';
import { programRunner } from '@gantry/kit/system-program';
import { runProgram } from '../prepared-machine.ts';
import { REPOSITORY, waitFor } from './local-world.ts';
import { container, IMAGE, isReady } from './stage.ts';

const home = homeFrom({ GANTRY_HOME: mkdtempSync(join(tmpdir(), 'gantry-nodes-')) });
const NODES = ['n1', 'host-2', 'host-3'];
const run = programRunner();
/** Lines of the newest events that a failure shows. */
const EVENTS_SHOWN = 40;
let ports: string[] = [];

test.before(async () => {
  // etcd's peers use the port after its own.
  const [etcdPort = 0] = await freePorts(2);
  ports = ['--etcd-port', String(etcdPort)];
});

test.after.always(async () => {
  await gantry('down');
  rmSync(home.root, { recursive: true, force: true });
});

function gantry(...args: string[]): Promise<{ code: number; text: string }> {
  const env = { ...process.env, GANTRY_HOME: home.root, KUBECONFIG: home.kubeconfig };
  return runProgram([process.execPath, join(REPOSITORY, 'bin', 'gantry'), ...args], env);
}

/** Other clusters on this machine may lead to Services from its network; the further hosts are this one's alone. */
function up(...args: string[]): Promise<{ code: number; text: string }> {
  const own = ['--name', 'n1', '--service-proxy', 'off', '--warm-sandboxes', '0'];
  return gantry('up', ...own, ...ports, ...args);
}

function started(text: string): string[] {
  return [...text.matchAll(/^Started (.*?)(?: on http.*)?$/gm)].map(([, what = '']) => what).sort();
}

/** Pids of all that is recorded and runs. */
function pids(): number[] {
  return [home, ...madeHosts(home).map((host) => host.home)].flatMap((one) =>
    readdirSync(one.run).flatMap((file) => runningProcess(one, file.replace('.json', ''))?.pid ?? []),
  );
}

async function podsOf(labelSelector: string): Promise<Pod[]> {
  const connection = await connectWithKubeconfig(home.kubeconfig);
  try {
    return (await connection.client.list<Pod>(podKind, { namespace: 'default', labelSelector })).items;
  } finally {
    await connection.close();
  }
}

/** What each pod waits for, and what the agents say of it. */
async function whyNot(pods: readonly Pod[]): Promise<string> {
  const states = pods.map(({ metadata, spec, status }) =>
    JSON.stringify([metadata.name, spec.nodeName, status]),
  );
  const events = await gantry('get', 'events', '-A');
  return [...states, events.text.split('\n').slice(-EVENTS_SHOWN).join('\n')].join('\n');
}

function hostOf(number: number): MadeHost {
  const host = madeHosts(home).find((one) => one.number === number);
  if (host === undefined) throw new Error(`no host ${number}`);
  return host;
}

function kill(one: typeof home, name: string): void {
  process.kill(runningProcess(one, name)?.pid ?? 0, 'SIGKILL');
}

async function containersOf({ socketPath }: MadeHost): Promise<string[]> {
  return (await new Docker({ socketPath }).listContainers()).map(({ Id }) => Id).sort();
}

const EACH = {
  ...{ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'each' } },
  spec: {
    selector: { matchLabels: { app: 'each' } },
    template: {
      metadata: { labels: { app: 'each' } },
      spec: { containers: [{ ...container(), image: IMAGE, command: ['/start'] }] },
    },
  },
};

async function applied(object: object): Promise<void> {
  const file = join(home.logs, 'each.json');
  writeFileSync(file, JSON.stringify(object));
  const { code, text } = await gantry('apply', '-f', file);
  if (code !== 0) throw new Error(text);
}

test.serial('three nodes, with the demo, whose pods reach each other', async (t) => {
  const { code, text } = await up('--nodes', '3');
  t.is(code, 0, text);
  t.regex(text, /^ {2}nodes {7}n1, host-2, host-3$/m);
  t.regex(text, /^rollout\.gantry\.dev\/web created$/m);
  await applied(EACH);
  let seen: Pod[] = [];
  await waitFor('a pod on each node', async () => {
    seen = await podsOf('app=each');
    return seen.length === 3 && seen.every(isReady);
  }).catch(async (error: unknown) => t.fail(`${String(error)}\n${await whyNot(seen)}`));
  const pods = await podsOf('app=each');
  t.deepEqual(pods.map(({ spec }) => spec.nodeName).sort(), [...NODES].sort());
  for (const { metadata: from } of pods)
    for (const { metadata: to, status } of pods) {
      const url = `http://${status?.podIP ?? ''}:8080/`;
      const said = await gantry('exec', from.name ?? '', '--', 'wget', '-qO-', url);
      t.regex(said.text, new RegExp(`^hello from ${to.name ?? ''}`), `${from.name ?? ''} to ${url}`);
    }
});

test.serial('a second run changes nothing, and fewer nodes are refused', async (t) => {
  const before = pids();
  const again = await up('--nodes', '3');
  t.is(again.code, 0, again.text);
  t.deepEqual(started(again.text), []);
  const plain = await up();
  t.deepEqual([plain.code, started(plain.text)], [0, []]);
  t.deepEqual(pids(), before);
  const fewer = await up('--nodes', '2');
  t.is(fewer.code, 4);
  t.regex(fewer.text, /^This cluster has 3 nodes already/);
});

test.serial(
  'what was killed is started again, beside containers that ran on; a host that lost its network too',
  async (t) => {
    const before = await containersOf(hostOf(2));
    t.true(before.length > 0);
    kill(hostOf(2).home, 'dockerd');
    // Its proxy runs on, in a network that has no name any more.
    kill(hostOf(3).home, 'agent-host-3');
    kill(hostOf(3).home, 'dockerd');
    await run(['ip', 'netns', 'delete', hostOf(3).namespace]);
    kill(home, 'control-plane');
    const { code, text } = await up('--nodes', '3');
    t.is(code, 0, text);
    t.deepEqual(started(text), [
      'the Docker engine of host-2',
      'the Docker engine of host-3',
      'the agent of node host-3',
      'the control plane',
    ]);
    const after = await containersOf(hostOf(2));
    t.deepEqual(
      before.filter((id) => !after.includes(id)),
      [],
    );
    await waitFor('an answer of the Service on host-3', async () => {
      const pod = (await podsOf('app=each')).find(({ spec }) => spec.nodeName === 'host-3');
      const said = await gantry('exec', pod?.metadata.name ?? '', '--', 'wget', '-qO-', 'http://web/');
      return said.text.startsWith('hello from web-');
    });
  },
);

test.serial('down takes everything away, also what a killed engine has left', async (t) => {
  const id = cablingId(home);
  kill(hostOf(3).home, 'dockerd');
  t.true(processesOf(`${home.hosts}/3/`).length > 0, 'its containers run on');
  const { code, text } = await gantry('down');
  t.is(code, 0, text);
  t.regex(text, /^Removed host-2, host-3$/m);
  t.false(existsSync(home.root));
  t.deepEqual(processesOf(home.root), []);
  t.deepEqual(mountsBelow(readFileSync('/proc/self/mounts', 'utf8'), home.root), []);
  t.false((await run(['ip', 'netns', 'list'])).includes(`gh-${id}`));
  t.false((await run(['ip', '-brief', 'link'])).includes(`gh${id}`));
  t.false((await run(['ip', 'route'])).includes(`gh${id}`));
});
