// A host of three is lost at once: when the others send the last request to its pods, and when these run elsewhere.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { askHaproxy } from '@gantry/agent/service-proxy/haproxy-cli';
import { deploymentKind } from '@gantry/api/kinds/deployment';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { startHostsWorld } from '../../cluster/hosts-world.ts';
import { startLoad } from '../../cluster/load/load.ts';
import { waitFor, type LocalWorld } from '../../cluster/local-world.ts';
import type { Bench, Workbench } from '../bench.ts';
import { median, quantile, short, spread, type Figure } from '../figure.ts';
import { NAMESPACE } from '../workload.ts';
import { APP, fullLoad, makeWebService, untilAvailable, webDeployment } from './web.ts';

const REPLICAS = 6;
const ROUNDS = 5;
const LOST = 2;
const LOOK_EVERY_MS = 50;
const WATCHED_MS = 20_000;
/** Swarm, on the same kind of hosts, when the design was made. */
const SWARM_SECONDS = 17.5;

export const hostLoss: Bench = { name: 'host-loss', run: measure };

async function measure(bench: Workbench): Promise<Figure[]> {
  const lastMs: number[] = [];
  const elsewhereMs: number[] = [];
  for (let round = 1; round <= (bench.quick ? 1 : ROUNDS); round += 1) {
    const found = await loseHost(bench);
    lastMs.push(found.lastMs);
    elsewhereMs.push(found.elsewhereMs);
    bench.say(`last request after ${short(found.lastMs)} ms, elsewhere after ${short(found.elsewhereMs)} ms`);
  }
  const seconds = elsewhereMs.map((ms) => ms / 1_000);
  return [
    {
      what: 'host lost: last request sent to its pods by the proxies of the others',
      target: '<= 2 s',
      measured: spread(
        lastMs.map((ms) => ms / 1_000),
        's',
      ),
      reference: '',
      met: quantile(lastMs, 1) <= 2_000,
    },
    {
      what: 'host lost: its pods Running elsewhere (toleration 0)',
      target: 'p50 <= 8 s',
      measured: spread(seconds, 's'),
      reference: `Swarm, measured once before: ${SWARM_SECONDS} s`,
      ratio: median(seconds) / SWARM_SECONDS,
      met: median(seconds) <= 8,
    },
  ];
}

async function loseHost(bench: Workbench): Promise<{ lastMs: number; elsewhereMs: number }> {
  const made = await startHostsWorld(3, { warmSandboxes: 5, unsafeNoFsync: false });
  const { world, hosts } = made;
  try {
    const address = await makeWebService(world);
    await world.client.create(deploymentKind, webDeployment(REPLICAS, 1, 0));
    await untilAvailable(world, REPLICAS);
    const lost = (await podsOf(world)).filter(({ spec }) => spec.nodeName === `n${LOST + 1}`);
    if (lost.length === 0) throw new Error('no pod runs on the host that is to be lost');
    const servers = lost.map(({ status }) => `s-${(status?.podIP ?? '').replaceAll('.', '_')}-8080`);
    const loads = await Promise.all(
      [0, 1].map((at) => startLoad(hosts[at]?.through ?? [], { ...fullLoad(address), pauseMs: 10 })),
    );
    await delay(1_000);
    await hosts[LOST]?.cutLink();
    const beganMs = Date.now();
    const [lastMs, elsewhereMs] = await Promise.all([
      lastRequest(world, servers, beganMs),
      replaced(world, lost, beganMs),
    ]);
    await Promise.all(loads.map((load) => load.stop()));
    bench.say(`${lost.length} pods were lost`);
    return { lastMs, elsewhereMs };
  } finally {
    await made.stop();
  }
}

/** When the count of requests that a proxy sent to one of the servers last rose, after the loss. */
async function lastRequest(world: LocalWorld, servers: readonly string[], beganMs: number): Promise<number> {
  let last = 0;
  let before = await sessions(world, servers);
  while (Date.now() - beganMs < WATCHED_MS) {
    await delay(LOOK_EVERY_MS);
    const now = await sessions(world, servers);
    if (now > before) last = Date.now() - beganMs;
    before = Math.max(before, now);
  }
  return last;
}

async function sessions(world: LocalWorld, servers: readonly string[]): Promise<number> {
  let sum = 0;
  for (const node of ['n1', 'n2']) {
    const socket = join(world.folder, 'agents', node, 'proxy', 'admin.sock');
    const [text = ''] = await askHaproxy(socket, ['show stat']);
    const [header = '', ...lines] = text.trim().split('\n');
    const columns = header.replace('# ', '').split(',');
    for (const line of lines) {
      const values = line.split(',');
      const name = values[columns.indexOf('svname')] ?? '';
      if (servers.includes(name)) sum += Number(values[columns.indexOf('stot')] ?? 0);
    }
  }
  return sum;
}

async function replaced(world: LocalWorld, lost: readonly Pod[], beganMs: number): Promise<number> {
  const names = new Set(lost.map(({ metadata }) => metadata.name));
  await waitFor('the pods elsewhere', async () => {
    const pods = await podsOf(world);
    const fine = pods.filter(
      ({ metadata, status }) => !names.has(metadata.name) && status?.phase === 'Running',
    );
    return fine.length === REPLICAS;
  });
  return Date.now() - beganMs;
}

async function podsOf({ client }: LocalWorld): Promise<Pod[]> {
  const { items } = await client.list(podKind, { namespace: NAMESPACE, labelSelector: `app=${APP}` });
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}
