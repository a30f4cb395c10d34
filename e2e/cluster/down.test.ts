// What `gantry down` takes away, and what it leaves: several state folders share one engine, and each is to know its own.
import test from 'ava';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODE_LABEL } from '@gantry/ctl/up/docker-engine';
import { freePorts } from '@gantry/kit/etcd-process';
import { nodeScope } from '@gantry/kit/node-scope';
import { waitFor } from './local-world.ts';
import { container, openStage, runs, type Ran, type Stage } from './stage.ts';

let stage: Stage;
/** State folders of machines that joined, and of one whose `up` is cut off. */
let folders: { one: string; other: string; halfway: string };
const NS = 'default';

test.before(async () => {
  const root = mkdtempSync(join(tmpdir(), 'gantry-down-'));
  folders = { one: join(root, 'one'), other: join(root, 'other'), halfway: join(root, 'halfway') };
  stage = await openStage({ agents: ['n1'] });
  await stage.make(NS, {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'each' },
    spec: {
      selector: { matchLabels: { app: 'each' } },
      template: { metadata: { labels: { app: 'each' } }, spec: { containers: [container()] } },
    },
  });
});

test.after.always(async () => {
  if (stage === undefined) return;
  for (const folder of Object.values(folders)) await inFolder(folder, 'down');
  await stage.close();
  rmSync(join(folders.one, '..'), { recursive: true, force: true });
});

function inFolder(folder: string, ...args: string[]): Promise<Ran> {
  return stage.gantry(args, '', { GANTRY_HOME: folder });
}

async function joinAs(folder: string, name: string): Promise<Ran> {
  const server = /server: (\S+)/.exec(readFileSync(stage.world.kubeconfig, 'utf8'))?.[1] ?? '';
  const token = readFileSync(join(stage.world.folder, 'pki', 'join-token'), 'utf8').trim();
  return inFolder(
    folder,
    ...['agent', 'join', server, '--token', token, '--name', name, '--warm-sandboxes', '1'],
  );
}

/** Processes that are recorded in the folder and run. */
function running(folder: string): string[] {
  const run = join(folder, 'run');
  if (!existsSync(run)) return [];
  return readdirSync(run).filter((file) => {
    const { pid } = JSON.parse(readFileSync(join(run, file), 'utf8')) as { pid: number };
    return existsSync(`/proc/${pid}`);
  });
}

test.serial('down takes the containers of all agents of its state folder, and no others', async (t) => {
  for (const [folder, name] of [
    [folders.one, 'a1'],
    [folders.one, 'a2'],
    [folders.other, 'b1'],
  ] as const) {
    const joined = await joinAs(folder, name);
    t.is(joined.code, 0, joined.err);
  }
  const nodes = ['n1', 'a1', 'a2', 'b1'];
  await waitFor('a pod on each node', async () => {
    const seen = await Promise.all(nodes.map((node) => stage.seen(node, NS)));
    return seen.every((of) => of.some(({ container: name, running: isUp }) => name === 'app' && isUp));
  });
  const others = async (): Promise<string[]> =>
    runs([...(await stage.seen('n1', NS)), ...(await stage.seen('b1', NS))]);
  const before = await others();

  const silent = await stage.gantry(['down'], '', {
    GANTRY_HOME: folders.one,
    DOCKER_HOST: `unix://${folders.one}/none.sock`,
  });
  t.is(silent.code, 6);
  t.regex(
    silent.err,
    /^No Docker engine answers, so the containers cannot be removed.*\n.*repeat `gantry down`/,
  );
  t.deepEqual(running(folders.one), []);
  t.true((await stage.seen('a1')).length > 0);

  // As an engine leaves behind the network namespace of containers on the host's network.
  const leftOver = join(folders.one, 'docker', 'left over');
  mkdirSync(leftOver, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', 'none', leftOver]);

  writeFileSync(join(folders.one, 'notes.txt'), 'mine');

  const down = await inFolder(folders.one, 'down');
  t.is(down.code, 0, down.err);
  t.regex(down.out, /^Removed \d+ containers$/m);
  t.regex(down.out, /notes\.txt stays there: Gantry did not make it/);
  t.deepEqual([...(await stage.seen('a1')), ...(await stage.seen('a2'))], []);
  t.deepEqual(readdirSync(folders.one), ['notes.txt']);
  t.deepEqual(await others(), before);
  t.regex((await inFolder(folders.other, 'agent', 'list')).out, /^b1\s+running/m);
  t.is((await inFolder(folders.one, 'down')).code, 0, 'a second time there is nothing to do');
});

async function startUp(): Promise<ReturnType<Stage['start']>> {
  // etcd's peers use the port after its own.
  const [port = 0, etcdPort = 0] = await freePorts(3);
  const ports = ['--port', String(port), '--etcd-port', String(etcdPort)];
  const args = ['up', '--name', 'h1', '--no-demo', ...ports];
  const up = stage.start(args, '', { GANTRY_HOME: folders.halfway });
  const started = waitFor('the agent to be started', () =>
    Promise.resolve(/Started the agent/.test(up.soFar())),
  );
  const endedEarly = up.ended.then(({ code, out, err }) => {
    throw new Error(`gantry up ended with ${code} before it had started the agent:\n${out}${err}`);
  });
  await Promise.race([started, endedEarly]);
  return up;
}

test.serial('an interrupted up stops what it has started', async (t) => {
  const up = await startUp();
  up.stop();
  const ended = await up.ended;
  t.is(ended.code, 130, ended.err);
  t.regex(ended.out, /^Stopped again: agent-h1, control-plane, etcd$/m);
  t.deepEqual(running(folders.halfway), []);
});

test.serial('down ends an up that is at work, and takes away all that it has started', async (t) => {
  const up = await startUp();
  // Held at its work: however slowly the others start, it is not done before them.
  up.stop('SIGSTOP');
  const second = await inFolder(folders.halfway, 'up', '--no-demo');
  t.is(second.code, 4);
  t.regex(second.err, /^Another `gantry up` is at work/);
  const scope = nodeScope(readFileSync(join(folders.halfway, 'pki', 'ca.crt'), 'utf8'), 'h1');
  const down = await inFolder(folders.halfway, 'down');
  t.is(down.code, 0, down.err);
  t.regex(
    down.out,
    /^Ended `gantry up`, which was at work\nStopped agent-h1\nStopped control-plane\nStopped etcd\n/,
  );
  t.false(existsSync(folders.halfway));
  const filters = { label: [`${NODE_LABEL}=${scope}`] };
  t.deepEqual(await stage.docker.listContainers({ all: true, filters }), []);
  await up.ended;
});
