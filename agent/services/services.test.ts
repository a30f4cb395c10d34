// The Services that a node knows of: followed, kept on disk, told whole; what is said of the proxy; the hollow proxy.
import test from 'ava';
import type { Transport } from '@gantry/api/client';
import { createClient } from '@gantry/api/http-client';
import {
  leaseKind,
  PROXY_REVISION_ANNOTATION,
  SPLIT_REVISION_ANNOTATION,
  type Lease,
} from '@gantry/api/kinds/lease';
import { API_SERVICE, SERVICE_CIDR_ANNOTATION } from '@gantry/api/kinds/service';
import { silentLogger } from '@gantry/kit/logger';
import { seededRandom } from '@gantry/kit/random';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { refuseResource } from '../toy/refuse-resource.ts';
import { emptyCheckpoints } from '../machine/hollow/hollow-machine.ts';
import { createHeartbeat } from '../node/heartbeat.ts';
import { aService, aSlice, aSplit, ending } from '../service-proxy/test-services.ts';
import { createToyApi } from '../toy/toy-api.ts';
import { NOW_MS } from '../toy/toy-observed.ts';
import { createHollowProxy, noTraffic } from './hollow-proxy.ts';
import type { ServiceLists } from './service-lists.ts';
import { createTrafficSide } from './traffic-side.ts';
import { diskMachine } from './test-machine.ts';

const CIDR = '10.96.0.0/16';
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function open(wrap = (transport: Transport): Transport => transport) {
  const clock = new VirtualClock(NOW_MS);
  const api = createToyApi();
  const checkpoints = emptyCheckpoints();
  const traffic = noTraffic();
  const client = createClient({ transport: wrap(api.transport) });
  const random = seededRandom(1);
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 50) {
      clock.advance(50);
      for (let round = 0; round < 5; round += 1) await settle();
    }
  };
  /** An agent's half, as each start makes it anew. */
  const start = () => {
    const end = new AbortController();
    const told: ServiceLists[] = [];
    const proxy = createHollowProxy({ clock, random, traffic });
    const machine = diskMachine(clock, checkpoints);
    let withdrawals = 0;
    const side = createTrafficSide(
      {
        ...{ clock, random, logger: silentLogger, machine },
        serviceProxy: {
          ...proxy,
          onServices(lists) {
            told.push(lists);
            proxy.onServices(lists);
          },
        },
      },
      client,
    );
    const done = side.run(() => (withdrawals += 1), end.signal);
    const stop = async (): Promise<void> => {
      end.abort(new Error('stop'));
      await pass(100);
      await done;
    };
    return { side, told, stop, withdrawals: () => withdrawals };
  };
  return { clock, api, client, traffic, checkpoints, pass, start };
}

const kubernetes = () => {
  const service = aService(API_SERVICE.name, '10.96.0.1');
  const metadata = { ...API_SERVICE, uid: 'k', annotations: { [SERVICE_CIDR_ANNOTATION]: CIDR } };
  return { ...service, metadata };
};
const web = () => {
  const service = aService('web', '10.96.0.9');
  return { ...service, metadata: { ...service.metadata, uid: 's' } };
};
const slice = (...endpoints: Parameters<typeof aSlice>[1]) => {
  const made = aSlice('web', endpoints);
  return { ...made, metadata: { ...made.metadata, uid: 'e' } };
};
const podAt = (address: string, uid: string) => ({
  ...{ addresses: [address], targetRef: { kind: 'Pod', name: uid, uid } },
  conditions: { ready: true, serving: true, terminating: false },
});

test('whole lists are told, once for changes that come together, with the range of addresses', async (t) => {
  const { api, pass, start, traffic } = open();
  api.put('services', kubernetes());
  api.put('services', web());
  api.put('endpointslices', slice(podAt('10.244.0.1', 'p1')));
  const agent = start();
  t.teardown(() => agent.stop());
  await pass(500);
  t.is(agent.told.length, 1);
  t.like(agent.told[0], { serviceCidr: CIDR });
  t.is(agent.told[0]?.services.length, 2);
  t.deepEqual([...traffic.leadsTo], ['p1']);
  t.is(agent.side.revision('7'), agent.told[0]?.revision);
});

test('an agent that starts while the control plane is away has what its predecessor had; what is gone since is forgotten', async (t) => {
  const { api, pass, start, traffic, checkpoints } = open();
  api.put('services', kubernetes());
  api.put('services', web());
  api.put('endpointslices', slice(podAt('10.244.0.1', 'p1')));
  const first = start();
  await pass(1000);
  await first.stop();
  api.isAway = true;
  Object.assign(traffic, noTraffic());
  const second = start();
  await pass(1000);
  t.deepEqual([...traffic.leadsTo], ['p1']);
  t.is(second.told[0]?.revision, undefined);
  t.is(second.side.revision('7'), '0', 'whoever waits for something newer goes on waiting');
  await second.stop();
  api.isAway = false;
  api.remove('services', 'web');
  const third = start();
  t.teardown(() => third.stop());
  await pass(1000);
  t.deepEqual([...checkpoints.services.keys()].sort(), ['e', 'k']);
});

test('an agent that finds its proxy at work leaves it alone, and is as far as its predecessor said', async (t) => {
  const { api, pass, start, traffic } = open();
  api.put('services', kubernetes());
  api.put('endpointslices', slice(podAt('10.244.0.1', 'p1')));
  const first = start();
  await pass(1000);
  await first.stop();
  api.isAway = true;
  Object.assign(traffic, { leadsTo: new Set(['newer']) });
  const second = start();
  t.teardown(() => second.stop());
  await pass(1000);
  t.deepEqual([...traffic.leadsTo], ['newer']);
  t.is(second.side.revision('7'), '7');
});

test('a node says that it has a proxy before anything is in force there', (t) => {
  const { start } = open();
  const agent = start();
  t.teardown(() => agent.stop());
  t.is(agent.side.revision(undefined), '0');
  t.is(agent.side.splitRevision(undefined), '0');
});

test('a pod that is being stopped makes the node tell soon how far it is', async (t) => {
  const { api, clock, client, pass, start } = open();
  api.put('services', kubernetes());
  api.put('endpointslices', slice(podAt('10.244.0.1', 'p1')));
  const agent = start();
  t.teardown(() => agent.stop());
  const end = new AbortController();
  const heartbeat = createHeartbeat({
    ...{ client, clock, logger: silentLogger, nodeName: 'n1', intervalMs: 10_000, onBack: () => undefined },
    proxyRevision: (before) => agent.side.revision(before),
  });
  const beating = heartbeat.run(end.signal);
  await pass(1500);
  t.is(agent.withdrawals(), 0);
  const changed = api.put('endpointslices', slice(ending('10.244.0.1')));
  await pass(500);
  t.is(agent.withdrawals(), 1);
  heartbeat.beatSoon();
  await pass(200);
  const lease = api.get<Lease>(leaseKind.resource, 'n1');
  t.is(lease?.metadata.annotations?.[PROXY_REVISION_ANNOTATION], changed.metadata.resourceVersion);
  end.abort(new Error('stop'));
  await pass(100);
  await beating;
});

test('the node says by which TrafficSplits requests are treated, and soon when somebody waits', async (t) => {
  const { api, clock, client, pass, start, traffic } = open();
  api.put('services', kubernetes());
  api.put('endpointslices', slice(podAt('10.244.0.1', 'p1')));
  const agent = start();
  t.teardown(() => agent.stop());
  const end = new AbortController();
  const heartbeat = createHeartbeat({
    ...{ client, clock, logger: silentLogger, nodeName: 'n1', intervalMs: 10_000, onBack: () => undefined },
    splitRevision: (before) => agent.side.splitRevision(before),
  });
  const beating = heartbeat.run(end.signal);
  await pass(1500);
  t.is(agent.withdrawals(), 0, 'nobody waits for an empty list');
  const listed = agent.told.at(-1)?.splits?.revision;
  t.is(agent.side.splitRevision('7'), listed);
  t.true(Number(listed) >= 100, 'the revision of the list');
  const made = api.put('trafficsplits', aSplit('web', [{ backends: { 'web-canary': 10, web: 90 } }]));
  await pass(500);
  t.is(agent.side.splitRevision(undefined), made.metadata.resourceVersion);
  t.deepEqual(
    traffic.splits.map(({ spec }) => spec.service),
    ['web'],
  );
  t.is(agent.withdrawals(), 1);
  heartbeat.beatSoon();
  await pass(200);
  const said = api.get<Lease>(leaseKind.resource, 'n1')?.metadata.annotations;
  t.deepEqual(said, { [SPLIT_REVISION_ANNOTATION]: made.metadata.resourceVersion });
  api.put('endpointslices', slice(podAt('10.244.0.2', 'p2')));
  await pass(500);
  t.is(agent.side.splitRevision(undefined), made.metadata.resourceVersion, 'other changes move it not');
  t.is(agent.withdrawals(), 1);
  api.remove('trafficsplits', 'web');
  await pass(500);
  t.deepEqual(traffic.splits, []);
  t.is(agent.withdrawals(), 2, 'somebody waits for a split to be gone');
  end.abort(new Error('stop'));
  await pass(100);
  await beating;
});

test('splits that are on the disk stay in force while the control plane is away', async (t) => {
  const { api, pass, start, traffic } = open();
  api.put('services', kubernetes());
  api.put('trafficsplits', aSplit('web', [{ backends: { 'web-canary': 10, web: 90 } }]));
  const first = start();
  await pass(1000);
  await first.stop();
  api.isAway = true;
  Object.assign(traffic, noTraffic());
  const second = start();
  await pass(1000);
  t.is(traffic.splits.length, 1);
  t.is(second.side.splitRevision('7'), '0');
  await second.stop();
  api.isAway = false;
  api.remove('trafficsplits', 'web');
  const third = start();
  t.teardown(() => third.stop());
  await pass(1000);
  const newer = third.told.filter(({ revision }) => revision !== undefined);
  t.true(newer.length > 0);
  for (const { splits } of newer) t.deepEqual(splits?.splits, [], 'the disk is not believed beside the API');
});

for (const code of [403, 404])
  test(`a control plane that answers ${code} for TrafficSplits has its Services served`, async (t) => {
    const { api, pass, start, traffic } = open(refuseResource('trafficsplits', code));
    api.put('services', kubernetes());
    api.put('endpointslices', slice(podAt('10.244.0.1', 'p1')));
    const agent = start();
    t.teardown(() => agent.stop());
    await pass(1000);
    t.deepEqual([...traffic.leadsTo], ['p1']);
    t.is(agent.side.splitRevision('7'), '0');
  });
