// A server on a port of its own, asked by Node's resolver; behind it a small resolver of the test that answers, is
// silent, cuts, or lies.
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { connect, createServer } from 'node:net';
import { PassThrough } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import dnsPacket, { type DecodedPacket } from 'dns-packet';
import { Registry } from 'prom-client';
import { systemClock, type Clock } from '@gantry/kit/clock';
import { freePorts } from '@gantry/kit/etcd-process';
import { createLogger } from '@gantry/kit/logger';
import { systemRandom } from '@gantry/kit/random';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import type { Upstream } from './ask-upstreams.ts';
import { CLIENT_RATE } from './client-shares.ts';
import { createDnsMetrics } from './dns-metrics.ts';
import { startDnsServer } from './dns-server.ts';
import type { RecordIndex } from './record-index.ts';
import { createRecords } from './records.ts';
import { CLIENT_CONNECTIONS_MAX } from './tcp-listener.ts';
import { aService, aShop, aSlice, ask, texts } from './test-names.ts';
import { upstreamSockets, withLength } from './upstream-sockets.ts';

interface Behaviour {
  /** Packets to send for a question, in this order. */
  udp(query: DecodedPacket): Buffer[];
  tcp?(query: DecodedPacket): Buffer | undefined;
}

const answer = (query: DecodedPacket, data: string, more: Partial<DecodedPacket> = {}): Buffer => {
  const { id = 0, questions = [] } = query;
  const name = questions[0]?.name ?? '';
  const packet = { type: 'response' as const, id, flags: dnsPacket.RECURSION_AVAILABLE, questions };
  return dnsPacket.encode({ ...packet, answers: [{ type: 'A', name, ttl: 60, data }], ...more });
};

/** A resolver of the test, and how often it was asked. */
async function anUpstream(
  t: ExecutionContext,
  behaviour: Behaviour,
): Promise<Upstream & { asked: { udp: number; tcp: number; ports: Set<number> } }> {
  const asked = { udp: 0, tcp: 0, ports: new Set<number>() };
  const udp = createSocket('udp4');
  const tcp = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      asked.tcp += 1;
      const packet = behaviour.tcp?.(dnsPacket.decode(bytes.subarray(2)));
      if (packet !== undefined) socket.end(withLength(packet));
    });
  });
  udp.on('message', (packet, { port, address }) => {
    asked.udp += 1;
    asked.ports.add(port);
    for (const one of behaviour.udp(dnsPacket.decode(packet))) udp.send(one, port, address);
  });
  // A port that is free for datagrams may be one end of somebody's connection, unless it is chosen so.
  const [port = 0] = await freePorts(1);
  await new Promise<void>((resolve) => udp.bind(port, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => tcp.listen(port, '127.0.0.1', resolve));
  t.teardown(() => {
    udp.close();
    tcp.close();
  });
  return { address: '127.0.0.1', port, asked };
}

async function aServer(
  t: ExecutionContext,
  upstreams: Upstream[] = [],
  index: RecordIndex = aShop(),
  clock: Clock = systemClock,
) {
  const registry = new Registry();
  const server = await startDnsServer(
    {
      clock,
      random: systemRandom,
      logger: createLogger({ level: 'error', sink: new PassThrough().resume() }),
      metrics: createDnsMetrics(registry),
      records: createRecords(index, 'cluster.local'),
      sockets: upstreamSockets,
      upstreams: () => upstreams,
    },
    '127.0.0.1',
    0,
  );
  t.teardown(() => server.close());
  return { index, port: server.port, resolver: resolverOf(server.port), figure: figureOf(registry) };
}

function resolverOf(port: number, from?: string, timeoutMs = 5_000): Resolver {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 8 });
  resolver.setServers([`127.0.0.1:${port}`]);
  if (from !== undefined) resolver.setLocalAddress(from);
  return resolver;
}

function figureOf(registry: Registry) {
  return async (name: string, labels: Record<string, string> = {}): Promise<number> => {
    const metric = await registry.getSingleMetric(`gantry_dns_${name}`)?.get();
    const fits = ({ labels: own }: { labels: object }): boolean =>
      Object.entries(labels).every(([key, value]) => (own as Record<string, unknown>)[key] === value);
    return (metric?.values ?? []).filter(fits).reduce((sum, { value }) => sum + value, 0);
  };
}

test('Node asks for what the cluster has, and sees what changes', async (t) => {
  const { index, resolver, figure } = await aServer(t);
  t.deepEqual(await resolver.resolve4('web.shop.svc.cluster.local'), ['10.96.0.10']);
  t.deepEqual((await resolver.resolve4('db.shop.svc.cluster.local')).sort(), [
    '10.244.0.11',
    '10.244.1.12',
    '10.244.3.14',
  ]);
  t.deepEqual(await resolver.resolveSrv('_http._tcp.web.shop.svc.cluster.local'), [
    { name: 'web.shop.svc.cluster.local', port: 80, priority: 0, weight: 100 },
  ]);
  t.deepEqual(await resolver.reverse('10.244.1.12'), ['db-1.db.shop.svc.cluster.local']);
  t.deepEqual(await resolver.resolveTxt('dns-version.cluster.local'), [['1.1.0']]);
  await t.throwsAsync(resolver.resolve4('no.shop.svc.cluster.local'), { code: 'ENOTFOUND' });
  await t.throwsAsync(resolver.resolve6('web.shop.svc.cluster.local'), { code: 'ENODATA' });
  index.setSlice(aSlice('db', ['db-7=10.244.7.7']));
  t.deepEqual(await resolver.resolve4('db-7.db.shop.svc.cluster.local'), ['10.244.7.7']);
  t.is(await figure('queries_total', { type: 'a', rcode: 'noError' }), 3);
  t.is(await figure('queries_total', { type: 'a', rcode: 'nameError' }), 1);
});

test('a thousand pods do not fit into UDP; Node asks again over TCP and gets all', async (t) => {
  const { index, resolver } = await aServer(t);
  const pods = Array.from({ length: 1_000 }, (_, at) => `p${at}=10.245.${at >> 8}.${at & 255}`);
  index.setSlice(aSlice('big', pods));
  index.setService(aService('big', { clusterIP: 'None' }));
  t.is(new Set(await resolver.resolve4('big.shop.svc.cluster.local')).size, 1_000);
});

test('other names are asked for once, from a port of their own, and then known for a while', async (t) => {
  const upstream = await anUpstream(t, { udp: (query) => [answer(query, '192.0.2.1')] });
  const { resolver, figure } = await aServer(t, [upstream]);
  const [first, second] = await Promise.all([
    resolver.resolve4('www.example.com'),
    resolver.resolve4('WWW.example.com'),
  ]);
  t.deepEqual([first, second], [['192.0.2.1'], ['192.0.2.1']]);
  t.deepEqual(await resolver.resolve4('www.example.com', { ttl: true }), [{ address: '192.0.2.1', ttl: 60 }]);
  t.is(upstream.asked.udp, 1);
  t.true((await figure('cache_hits_total')) >= 1);
  for (let at = 0; at < 20; at += 1) await resolver.resolve4(`w${at}.example.com`);
  t.true(upstream.asked.ports.size > 10);
});

test('a name for a name of others comes with what they say', async (t) => {
  const upstream = await anUpstream(t, { udp: (query) => [answer(query, '192.0.2.7')] });
  const { port } = await aServer(t, [upstream]);
  const packet = await exchange(port, ask('ext.shop.svc.cluster.local'));
  t.deepEqual(texts(packet.answers), ['CNAME www.example.com', 'A 192.0.2.7']);
  t.is(packet.questions?.[0]?.name, 'ext.shop.svc.cluster.local');
});

test('who is silent is passed by, who cuts is asked over TCP', async (t) => {
  const silent = await anUpstream(t, { udp: () => [] });
  const cutting = await anUpstream(t, {
    udp: (query) => [answer(query, '192.0.2.1', { answers: [], flags: dnsPacket.TRUNCATED_RESPONSE })],
    tcp: (query) => answer(query, '192.0.2.3'),
  });
  const { resolver } = await aServer(t, [{ ...silent, address: '127.0.0.1' }, cutting]);
  t.deepEqual(await resolver.resolve4('cut.example.com'), ['192.0.2.3']);
  t.is(silent.asked.udp, 1);
  t.is(cutting.asked.tcp, 1);
});

test('who lies about ids or questions is not believed; the true answer behind is', async (t) => {
  const lying = await anUpstream(t, {
    udp: (query) => [
      answer({ ...query, id: ((query.id ?? 0) + 1) % 65_536 }, '192.0.2.66'),
      answer({ ...query, questions: [{ type: 'A', name: 'other.example.com' }] }, '192.0.2.66'),
      Buffer.from('nonsense'),
      answer(query, '192.0.2.1'),
    ],
  });
  const { resolver, figure } = await aServer(t, [lying]);
  t.deepEqual(await resolver.resolve4('true.example.com'), ['192.0.2.1']);
  t.is(await figure('drops_total', { reason: 'wrong-answer' }), 3);
});

test('when nobody can be asked the client is told, and the cluster is answered all the same', async (t) => {
  const failing = await anUpstream(t, {
    udp: (query) => [answer(query, '0.0.0.0', { answers: [], flags: 2 })],
  });
  const { resolver, port } = await aServer(t, [failing]);
  t.is(((await exchange(port, ask('down.example.com'))) as { rcode?: string }).rcode, 'SERVFAIL');
  t.deepEqual(await resolver.resolve4('web.shop.svc.cluster.local'), ['10.96.0.10']);
  const nobody = await aServer(t, []);
  t.is(((await exchange(nobody.port, ask('down.example.com'))) as { rcode?: string }).rcode, 'SERVFAIL');
});

test('50,000 questions of one client do not keep another one from its answers', async (t) => {
  const upstream = await anUpstream(t, { udp: (query) => [answer(query, '192.0.2.1')] });
  const { port, figure } = await aServer(t, [upstream]);
  const flood = createSocket('udp4');
  await new Promise<void>((resolve) => flood.bind(0, '127.0.0.2', resolve));
  let flooded = 0;
  flood.on('message', () => (flooded += 1));
  const packets = [ask('web.shop.svc.cluster.local'), ask('a.example.com')];
  const send = async (): Promise<void> => {
    for (let at = 0; at < 50_000; at += 1) {
      const packet = packets[at % 2] ?? Buffer.alloc(0);
      flood.send(packet, port, '127.0.0.1');
      // As much as the system hands to a socket at a time: more would be lost before anybody could choose.
      if (at % 25 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const other = resolverOf(port, '127.0.0.3', 500);
  const asking = async (): Promise<number> => {
    let answers = 0;
    for (let at = 0; at < 100; at += 1) {
      answers += (await other.resolve4('db.shop.svc.cluster.local')).length;
      answers += (await other.resolve4(`o${at}.example.com`)).length;
    }
    return answers;
  };
  const startedAtMs = Date.now();
  const [answers] = await Promise.all([asking(), send()]);
  t.is(answers, 100 * (3 + 1));
  t.true((await figure('drops_total', { reason: 'rate' })) > 0);
  // However slow this machine is: no more than its share.
  const seconds = (Date.now() - startedAtMs) / 1_000;
  t.true(flooded <= CLIENT_RATE.burst + CLIENT_RATE.perSecond * (seconds + 1), String(flooded));
  flood.close();
});

test('one client has so many connections, and the next one its own', async (t) => {
  const { port, figure } = await aServer(t);
  const open = (from: string) =>
    new Promise<{ isOpen: () => boolean; ask: () => Promise<DecodedPacket> }>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', localAddress: from });
      t.teardown(() => socket.destroy());
      socket.on('error', () => undefined);
      socket.on('connect', () =>
        resolve({
          isOpen: () => !socket.destroyed,
          ask: () =>
            new Promise((answered) => {
              socket.once('data', (bytes) => answered(dnsPacket.decode(bytes.subarray(2))));
              socket.write(withLength(ask('web.shop.svc.cluster.local')));
            }),
        }),
      );
    });
  const many = await Promise.all(Array.from({ length: CLIENT_CONNECTIONS_MAX + 5 }, () => open('127.0.0.2')));
  const other = await open('127.0.0.3');
  t.deepEqual(texts((await other.ask()).answers), ['A 10.96.0.10']);
  t.is(await figure('drops_total', { reason: 'connections' }), 5);
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.is(many.filter(({ isOpen }) => isOpen()).length, CLIENT_CONNECTIONS_MAX);
});

test('a connection that sends no whole question for 10 s is ended, however busy it looks', async (t) => {
  const clock = new VirtualClock();
  const { port } = await aServer(t, [], aShop(), clock);
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  const packet = withLength(ask('web.shop.svc.cluster.local'));
  const answered = new Promise((resolve) => socket.once('data', resolve));
  socket.write(packet);
  await answered;
  const closed = new Promise((resolve) => socket.on('close', resolve));
  clock.advance(9_000);
  socket.write(packet.subarray(0, 5));
  clock.advance(999);
  t.false(socket.destroyed);
  clock.advance(1);
  await closed;
  t.pass();
});

test('a connection may ask many things at once; nonsense ends it', async (t) => {
  const { port } = await aServer(t);
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  let bytes = Buffer.alloc(0);
  socket.on('data', (chunk) => (bytes = Buffer.concat([bytes, chunk])));
  const one = withLength(ask('web.shop.svc.cluster.local'));
  socket.write(Buffer.concat(Array.from({ length: 100 }, () => one)));
  socket.write(withLength(Buffer.from('x')));
  await new Promise((resolve) => socket.on('close', resolve));
  let count = 0;
  for (let at = 0; at < bytes.length; at += 2 + bytes.readUInt16BE(at)) count += 1;
  t.true(count >= 84 && count <= 100, String(count));
});

/** One question over UDP. */
function exchange(port: number, packet: Buffer): Promise<DecodedPacket> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.on('message', (bytes) => {
      socket.close();
      resolve(dnsPacket.decode(bytes));
    });
    socket.send(packet, port, '127.0.0.1');
  });
}
