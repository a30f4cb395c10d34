// What was taken apart by hand is put together again; what only looks so stays.
import test from 'ava';
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import type { AnyObject } from '@gantry/api/meta';
import { startTestEngine, type TestEngine } from '../engine/test-engine.ts';
import { claimKey, CLAIMS_PREFIX, holderIn } from '../resources/claims.ts';
import { storeKeyOf } from '../resources/object-key.ts';
import { repairOnce } from './repair-claims.ts';

const SIGNAL = new AbortController().signal;

async function withServices(
  work: (
    lab: TestEngine & { repair: () => Promise<string[]>; claims: () => Promise<string[]> },
  ) => Promise<void>,
  ...names: string[]
): Promise<void> {
  const lab = await startTestEngine();
  for (const [index, name] of names.entries()) {
    const service: AnyObject = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'default' },
      spec: { clusterIP: `10.96.0.${index + 10}`, ports: [{ port: 80 }] },
    };
    await lab.resources.create(serviceKind, service, lab.context());
  }
  const { engine, store, deps } = lab;
  const repair = async (): Promise<string[]> => {
    const { events, clock, logger } = engine;
    const done = await repairOnce(
      { store, resourcesDeps: deps, events, fence: () => [], clock, logger },
      SIGNAL,
    );
    return done.map(({ type }) => type);
  };
  const claims = async (): Promise<string[]> =>
    (await store.list(CLAIMS_PREFIX)).entries.map(
      (entry) => `${entry.key.slice(CLAIMS_PREFIX.length)} ${holderIn(entry)?.name}`,
    );
  try {
    await work({ ...lab, repair, claims });
  } finally {
    await lab.close();
  }
}

const ADDRESS = claimKey('service-address', '10.96.0.10');

test('where all is well nothing is done', (t) =>
  withServices(async ({ repair, claims }) => {
    t.deepEqual(await repair(), []);
    t.deepEqual(await claims(), ['service-address:10.96.0.10 web']);
  }, 'web'));

test('a Service whose claim is missing gets it again', (t) =>
  withServices(async ({ repair, claims, store }) => {
    await store.commit({ conditions: [], writes: [{ type: 'delete', key: ADDRESS }] });
    t.deepEqual(await repair(), ['claim']);
    t.deepEqual(await claims(), ['service-address:10.96.0.10 web']);
    t.deepEqual(await repair(), []);
  }, 'web'));

test('claims of nobody are released', (t) =>
  withServices(async ({ repair, claims, store }) => {
    const key = storeKeyOf(serviceKind, { namespace: 'default', name: 'web' });
    await store.commit({
      conditions: [],
      writes: [
        { type: 'delete', key },
        { type: 'put', key: claimKey('node-port', '30001'), value: 'no holder' },
      ],
    });
    t.deepEqual(await repair(), ['release', 'release']);
    t.deepEqual(await claims(), []);
  }, 'web'));

test('a Service that cannot be read keeps what it has, and so does a kind that is not known', (t) =>
  withServices(async ({ repair, store }) => {
    const holder = { resource: 'services', namespace: 'default', name: 'odd', uid: 'u' };
    const put = (key: string, value: string) => ({ type: 'put', key, value }) as const;
    await store.commit({
      conditions: [],
      writes: [
        put(storeKeyOf(serviceKind, { namespace: 'default', name: 'odd' }), 'not JSON'),
        put(claimKey('service-address', '10.96.0.77'), JSON.stringify(holder)),
        put(claimKey('lane', '1'), JSON.stringify({ ...holder, resource: 'lanes' })),
      ],
    });
    await repair();
    t.is((await store.list(CLAIMS_PREFIX)).entries.length, 2);
  }));

test('of two that have one address, the one without the claim is told', (t) =>
  withServices(
    async ({ repair, claims, store, cache, ...lab }) => {
      const key = { namespace: 'default', name: 'two' };
      const two = structuredClone(cache.get(serviceKind, key)) as Service;
      two.spec.clusterIP = '10.96.0.10';
      await store.commit({
        conditions: [],
        writes: [{ type: 'put', key: storeKeyOf(serviceKind, key), value: JSON.stringify(two) }],
      });
      t.deepEqual((await repair()).sort(), ['clash', 'release']);
      t.deepEqual(await claims(), ['service-address:10.96.0.10 web']);
      t.deepEqual(
        (await lab.toldEvents()).map(({ reason, message }) => `${reason}: ${message}`),
        [
          'AlreadyAllocated: spec.clusterIP 10.96.0.10 belongs to services default/web: delete one of the two and make it again',
        ],
      );
    },
    'web',
    'two',
  ));
