// The Gateways, routes and Ingresses that a node knows of: told whole, with the certificates that they name, and kept.
import test from 'ava';
import type { Transport } from '@gantry/api/client';
import { createClient } from '@gantry/api/http-client';
import type { AnyObject } from '@gantry/api/meta';
import { silentLogger } from '@gantry/kit/logger';
import { seededRandom } from '@gantry/kit/random';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { emptyCheckpoints } from '../machine/hollow/hollow-machine.ts';
import type { RouteLists } from '../service-proxy/routes/route-lists.ts';
import { aGateway, anIngress, aRoute, aTlsSecret, lists } from '../service-proxy/test-routes.ts';
import { createToyApi } from '../toy/toy-api.ts';
import { NOW_MS } from '../toy/toy-observed.ts';
import { followRoutes } from './route-follower.ts';
import { refuseResource } from '../toy/refuse-resource.ts';
import { diskMachine } from './test-machine.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const HTTP = { name: 'http', port: 80, protocol: 'HTTP' };
const httpsWith = (...names: string[]) => ({
  ...{ name: 'https', port: 443, protocol: 'HTTPS' },
  tls: { certificateRefs: names.map((name) => ({ name })) },
});
const withUid = <T extends AnyObject>(object: T): T => ({
  ...object,
  metadata: { ...object.metadata, uid: `${object.kind}-${object.metadata.name ?? ''}` },
});

function open(wrap: (transport: Transport) => Transport = (transport) => transport) {
  const clock = new VirtualClock(NOW_MS);
  const api = createToyApi();
  const checkpoints = emptyCheckpoints();
  const client = createClient({ transport: wrap(api.transport) });
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 50) {
      clock.advance(50);
      for (let round = 0; round < 5; round += 1) await settle();
    }
  };
  const put = (resource: string, object: AnyObject): void => {
    api.put(resource, withUid(object));
  };
  const { classes, ingressClasses } = lists({});
  for (const one of classes) put('gatewayclasses', one);
  for (const one of ingressClasses) put('ingressclasses', one);
  /** A follower, as each start of the agent makes it anew. */
  const start = () => {
    const end = new AbortController();
    const told: RouteLists[] = [];
    const machine = diskMachine(clock, checkpoints);
    const follower = followRoutes({
      ...{ client, clock, random: seededRandom(1), logger: silentLogger, machine },
      onChange() {
        const newest = follower.lists();
        if (newest !== undefined) told.push(newest);
      },
    });
    const done = follower.run(end.signal);
    const stop = async (): Promise<void> => {
      end.abort(new Error('stop'));
      await pass(100);
      await done;
    };
    return { follower, told, stop };
  };
  return { api, put, pass, start, checkpoints };
}

const namesOf = (objects: readonly AnyObject[] | undefined): (string | undefined)[] =>
  (objects ?? []).map(({ metadata }) => metadata.name);

test('lists are told whole, once for what comes together', async (t) => {
  const { put, pass, start } = open();
  put('gateways', aGateway('gw', [HTTP]));
  put('httproutes', aRoute('a', [{}]));
  put('ingresses', anIngress('ing', {}));
  const { follower, told, stop } = start();
  t.is(follower.lists(), undefined);
  await pass(500);
  t.is(told.length, 1);
  t.deepEqual([told[0]?.classes, told[0]?.gateways, told[0]?.httpRoutes, told[0]?.ingresses].map(namesOf), [
    ['gantry'],
    ['gw'],
    ['a'],
    ['ing'],
  ]);
  put('httproutes', aRoute('b', [{}]));
  put('httproutes', aRoute('c', [{}]));
  await pass(500);
  t.is(told.length, 2);
  t.deepEqual(namesOf(follower.lists()?.httpRoutes), ['a', 'b', 'c']);
  await stop();
});

test('a cluster without any routes is told too: what was served before ends', async (t) => {
  const { pass, start } = open();
  const { follower, stop } = start();
  await pass(500);
  t.deepEqual(follower.lists()?.gateways, []);
  await stop();
});

test('exactly the Secrets that Gateways and Ingresses of ours name are read', async (t) => {
  const { api, put, pass, start } = open();
  for (const name of ['named', 'ingress', 'foreign', 'other'])
    put('secrets', aTlsSecret(name, `certificate ${name}`, 'key'));
  put('gateways', aGateway('gw', [httpsWith('named')]));
  const foreign = aGateway('foreign', [httpsWith('foreign')]);
  put('gateways', { ...foreign, spec: { ...foreign.spec, gatewayClassName: 'other' } });
  put('ingresses', anIngress('ing', { tls: [{ secretName: 'ingress' }] }));
  const { follower, stop } = start();
  await pass(1000);
  t.deepEqual(namesOf(follower.lists()?.secrets).toSorted(), ['ingress', 'named']);
  t.is(api.requests.filter((request) => request === 'GET secrets').length, 4, 'a list and a watch of each');
  await stop();
});

test('a certificate that changes is told; one that is not there holds nobody up', async (t) => {
  const { api, put, pass, start } = open();
  put('secrets', aTlsSecret('a', 'first', 'key'));
  put('gateways', aGateway('gw', [httpsWith('a', 'nobody')]));
  const { follower, stop } = start();
  await pass(1000);
  const certificate = (): string =>
    Buffer.from(follower.lists()?.secrets[0]?.data?.['tls.crt'] ?? '', 'base64').toString();
  t.deepEqual(namesOf(follower.lists()?.secrets), ['a']);
  t.is(certificate(), 'first');
  put('secrets', aTlsSecret('a', 'second', 'key'));
  await pass(1000);
  t.is(certificate(), 'second');
  api.remove('secrets', 'a');
  await pass(1000);
  t.deepEqual(follower.lists()?.secrets, []);
  await stop();
});

test('a new Gateway is told only once its certificate is known: until then the old lists stay', async (t) => {
  const { api, put, pass, start } = open();
  put('gateways', aGateway('gw', [HTTP]));
  const { follower, told, stop } = start();
  await pass(500);
  put('secrets', aTlsSecret('a', 'first', 'key'));
  put('gateways', aGateway('tls', [httpsWith('a')]));
  await pass(1000);
  t.deepEqual(namesOf(follower.lists()?.gateways), ['gw', 'tls']);
  for (const { gateways, secrets } of told) t.is(gateways.length === 2, secrets.length === 1);
  api.remove('gateways', 'tls');
  await pass(500);
  t.deepEqual([follower.lists()?.gateways.length, follower.lists()?.secrets.length], [1, 0]);
  await stop();
});

test('an agent that starts while the control plane is away has what its predecessor had, certificates too', async (t) => {
  const { api, put, pass, start } = open();
  put('secrets', aTlsSecret('a', 'first', 'key'));
  put('gateways', aGateway('gw', [httpsWith('a')]));
  put('httproutes', aRoute('r', [{}]));
  const first = start();
  await pass(1000);
  await first.stop();
  api.isAway = true;
  const second = start();
  await pass(1000);
  t.deepEqual([second.follower.lists()?.gateways, second.follower.lists()?.httpRoutes].map(namesOf), [
    ['gw'],
    ['r'],
  ]);
  t.is(second.follower.lists()?.secrets.length, 1);
  api.isAway = false;
  api.remove('httproutes', 'r');
  second.follower.retryNow();
  await pass(1000);
  t.deepEqual(second.follower.lists()?.httpRoutes, []);
  await second.stop();
  api.isAway = true;
  const third = start();
  t.teardown(() => third.stop());
  await pass(1000);
  t.deepEqual(third.follower.lists()?.httpRoutes, [], 'what went meanwhile is forgotten');
});

test('a first start while the control plane is away tells nothing', async (t) => {
  const { api, pass, start } = open();
  api.isAway = true;
  const { follower, told, stop } = start();
  await pass(5000);
  t.is(follower.lists(), undefined);
  t.deepEqual(told, []);
  await stop();
});

for (const code of [403, 404])
  test(`a control plane that answers ${code} for a kind does not hold up the others`, async (t) => {
    const { put, pass, start } = open(refuseResource('tcproutes', code));
    put('gateways', aGateway('gw', [HTTP]));
    const { follower, stop } = start();
    await pass(1000);
    t.deepEqual(namesOf(follower.lists()?.gateways), ['gw']);
    t.deepEqual(follower.lists()?.tcpRoutes, []);
    await stop();
  });
