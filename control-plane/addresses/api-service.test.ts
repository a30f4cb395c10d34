// The Service by which pods find the API servers.
import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { endpointSliceKind } from '@gantry/api/kinds/endpoint-slice';
import { API_SERVICE, serviceKind } from '@gantry/api/kinds/service';
import { silentLogger } from '@gantry/kit/logger';
import { startTestResources, type TestResources } from '../resources/test-resources.ts';
import { advertisedAddress } from './advertised.ts';
import { apiSlices, keepApiService, type ServerAddress } from './api-service.ts';
import { DEFAULT_RANGES } from './ranges.ts';

const TURNS = 30;

/** Lets all that is under way come to rest, then time go on. */
async function pass(lab: TestResources, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
    lab.clock.advance(1_000);
  }
  for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
}

function started(lab: TestResources, own: ServerAddress): { stop: () => Promise<void>; die: () => void } {
  const stop = new AbortController();
  const { store, cache, resources, clock } = lab;
  let isDead = false;
  // A process that died does not give its lease back.
  const mortal: typeof store = {
    ...store,
    list: (prefix, options) => store.list(prefix, options),
    commit: (commit, signal) => store.commit(commit, signal),
    grantLease: async (ttlMs, signal) => {
      const lease = await store.grantLease(ttlMs, signal);
      return {
        ...lease,
        keepAlive: (each) => lease.keepAlive(each),
        revoke: async () => (isDead ? undefined : lease.revoke()),
      };
    },
  };
  const running = keepApiService(
    {
      store: mortal,
      cache,
      resources,
      clock,
      logger: silentLogger,
      own,
      addresses: DEFAULT_RANGES.services.addresses,
    },
    stop.signal,
  );
  return {
    stop: async () => {
      stop.abort();
      await running;
    },
    die: () => {
      isDead = true;
      stop.abort();
    },
  };
}

const endpointsOf = ({ cache }: TestResources): string[] =>
  cache
    .list(endpointSliceKind, 'default')
    .flatMap(({ metadata, endpoints, ports }) =>
      endpoints.map(({ addresses }) => `${metadata.name} ${addresses[0]}:${ports?.[0]?.port}`),
    );

test('the first address is that of the API servers, whose endpoints follow those that serve', async (t) => {
  const lab = await startTestResources();
  const one = started(lab, { ip: '10.0.0.1', port: 6443 });
  const two = started(lab, { ip: '10.0.0.2', port: 6443 });
  await pass(lab, 12);
  t.like(lab.cache.get(serviceKind, API_SERVICE)?.spec, { clusterIP: '10.96.0.1', type: 'ClusterIP' });
  t.deepEqual(endpointsOf(lab), ['kubernetes 10.0.0.1:6443', 'kubernetes 10.0.0.2:6443']);
  const { revision } = lab.cache;
  await pass(lab, 12);
  t.is(lab.cache.revision, revision, 'nothing is written while nothing changes');
  two.die();
  await pass(lab, 25);
  t.deepEqual(endpointsOf(lab), ['kubernetes 10.0.0.1:6443']);
  await lab.resources.delete(serviceKind, API_SERVICE, {}, lab.context());
  await pass(lab, 12);
  t.is(lab.cache.get(serviceKind, API_SERVICE)?.spec.clusterIP, '10.96.0.1', 'it comes back');
  const three = started(lab, { ip: '10.0.0.1', port: 7443 });
  await pass(lab, 12);
  t.deepEqual(endpointsOf(lab), ['kubernetes 10.0.0.1:6443', 'kubernetes-7443 10.0.0.1:7443']);
  await three.stop();
  await pass(lab, 12);
  t.deepEqual(endpointsOf(lab), ['kubernetes 10.0.0.1:6443']);
  await one.stop();
  await lab.close();
});

test('one slice for each port, addresses in order', (t) => {
  const slices = apiSlices([
    { ip: '10.0.0.2', port: 7443 },
    { ip: '10.0.0.9', port: 6443 },
    { ip: '10.0.0.1', port: 6443 },
  ]);
  t.deepEqual(
    slices.map(({ metadata, endpoints }) => [
      metadata.name,
      ...endpoints.flatMap(({ addresses }) => addresses),
    ]),
    [
      ['kubernetes', '10.0.0.1', '10.0.0.9'],
      ['kubernetes-7443', '10.0.0.2'],
    ],
  );
});

test('the address that is made known', (t) => {
  const wire = {
    address: '192.168.1.7',
    family: 'IPv4' as const,
    internal: false,
    netmask: '',
    mac: '',
    cidr: null,
  };
  const loop = { ...wire, address: '127.0.0.1', internal: true };
  const machine = { lo: [loop], eth0: [wire] };
  t.is(advertisedAddress('10.0.0.9', '0.0.0.0', machine), '10.0.0.9');
  t.is(advertisedAddress(undefined, '10.0.0.8', machine), '10.0.0.8');
  t.is(advertisedAddress(undefined, '0.0.0.0', machine), '192.168.1.7');
  t.is(advertisedAddress(undefined, '127.0.0.1', machine), '127.0.0.1');
  t.is(advertisedAddress(undefined, 'localhost', machine), '127.0.0.1');
});
