// The index of names: what changes one at a time is what would have been read at once.
import test from 'ava';
import fc from 'fast-check';
import type { EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import type { Service } from '@gantry/api/kinds/service';
import { RecordIndex } from './record-index.ts';
import { createRecords } from './records.ts';
import { aService, aShop, aSlice } from './test-names.ts';

const NAMES = ['a', 'b', 'c'];
const PODS = ['10.0.0.1', 'x=10.0.0.2', '-y=10.0.0.3', 'y=10.0.0.1', 'z=not-an-address'];

const service = fc
  .record({
    name: fc.constantFrom(...NAMES),
    clusterIP: fc.constantFrom('None', '10.96.0.1', '10.96.0.2', '', 'nonsense'),
    publishNotReadyAddresses: fc.boolean(),
  })
  .map(({ name, ...spec }) => aService(name, { ...spec, ports: [{ name: 'http', port: 80 }] }));
const slice = fc
  .record({
    name: fc.constantFrom('s1', 's2', 's3'),
    owner: fc.constantFrom(...NAMES),
    pods: fc.array(fc.constantFrom(...PODS), { maxLength: 4 }),
  })
  .map(({ name, owner, pods }) => aSlice(owner, pods, { name }));
const change = fc.oneof(
  fc.record({ type: fc.constant('set-service' as const), service }),
  fc.record({ type: fc.constant('set-slice' as const), slice }),
  fc.record({ type: fc.constant('delete-service' as const), name: fc.constantFrom(...NAMES) }),
  fc.record({ type: fc.constant('delete-slice' as const), name: fc.constantFrom('s1', 's2', 's3') }),
);

/** All that can be asked about these names. */
const QUESTIONS = [
  ...NAMES.flatMap((name) => [[name], ['x', name], ['y', name], ['10-0-0-1', name], ['_http', '_tcp', name]]),
  [],
].map((labels) => [...labels, 'shop', 'svc', 'cluster', 'local']);
const ADDRESSES = ['1.0.0.10', '2.0.0.10', '3.0.0.10', '1.0.96.10', '2.0.96.10'];
QUESTIONS.push(...ADDRESSES.map((address) => [...address.split('.'), 'in-addr', 'arpa']));

function all(index: RecordIndex): unknown {
  const records = createRecords(index, 'cluster.local');
  return QUESTIONS.map((labels) => records.lookup(labels));
}

test('any changes leave what one reading of the outcome would have given', (t) => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 25 }), (changes) => {
      const index = new RecordIndex();
      index.replace([], []);
      const services = new Map<string, Service>();
      const slices = new Map<string, EndpointSlice>();
      for (const one of changes) {
        if (one.type === 'set-service') {
          services.set(one.service.metadata.name ?? '', one.service);
          index.setService(one.service);
        } else if (one.type === 'set-slice') {
          slices.set(one.slice.metadata.name ?? '', one.slice);
          index.setSlice(one.slice);
        } else if (one.type === 'delete-service') {
          services.delete(one.name);
          index.deleteService('shop', one.name);
        } else {
          slices.delete(one.name);
          index.deleteSlice('shop', one.name);
        }
        // What was asked for in between is not kept too long.
        all(index);
      }
      const fresh = new RecordIndex();
      fresh.replace([...services.values()], [...slices.values()]);
      t.deepEqual(all(index), all(fresh));
    }),
    { numRuns: 500, seed: 11 },
  );
});

test('a changed slice makes the records of its Service anew, and of no other', (t) => {
  const index = aShop();
  const before = { db: index.recordsOf('shop', 'db'), peers: index.recordsOf('shop', 'peers') };
  const { version } = index;
  index.setSlice(aSlice('db', ['db-7=10.244.7.7']));
  t.true(index.version > version);
  t.is(index.recordsOf('shop', 'peers'), before.peers);
  t.not(index.recordsOf('shop', 'db'), before.db);
  t.deepEqual(index.recordsOf('shop', 'db')?.hosts.get('db-7'), ['10.244.7.7']);
});

test('a slice that changes hands leaves the Service that it had', (t) => {
  const index = aShop();
  index.setSlice(aSlice('down', ['d=10.244.0.99'], { name: 'peers-1' }));
  t.deepEqual(index.recordsOf('shop', 'peers')?.addresses, []);
  t.deepEqual(index.recordsOf('shop', 'down')?.addresses, ['10.244.0.99']);
  t.deepEqual(
    index.servicesAt('10.244.0.21').map(({ name }) => name),
    [],
  );
});

const DOMAINS = ['Cluster.Local.', 'not a name', `${'a'.repeat(58)}`];

test('the domain of the cluster is a name, and leaves room for others below it', (t) => {
  const [good = '', ...bad] = DOMAINS;
  t.is(createRecords(new RecordIndex(), good).clusterDomain, 'cluster.local');
  for (const domain of bad)
    t.throws(() => createRecords(new RecordIndex(), domain), { message: /cluster domain/ });
});
