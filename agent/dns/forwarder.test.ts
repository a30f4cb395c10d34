// Questions to others on a virtual clock: whom, how often, how long; and what is kept of their answers.
import test from 'ava';
import dnsPacket from 'dns-packet';
import { Registry } from 'prom-client';
import fc from 'fast-check';
import { seededRandom } from '@gantry/kit/random';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { createAskUpstreams, type UpstreamQuestion } from './ask-upstreams.ts';
import { CLIENT_FORWARDS_MAX, CLIENT_RATE, ClientShares } from './client-shares.ts';
import { createDnsMetrics } from './dns-metrics.ts';
import { createForwarder, FORWARDS_MAX } from './forwarder.ts';
import { createQueryHandler } from './query-handler.ts';
import { readQuery, type Query } from './read-query.ts';
import { aShop, answersFrom, ask, texts } from './test-names.ts';
import { aboutName, forClient, isAnswerTo, writeUpstreamQuery } from './upstream-message.ts';

/** What a resolver says to a question; nothing: it is silent. */
type Say = (packet: Buffer, way: 'udp' | 'tcp') => Buffer | undefined;

const says =
  (rcode: number, ttl = 60, data = '192.0.2.1'): Say =>
  (packet) => {
    const { id = 0, questions = [] } = dnsPacket.decode(packet);
    const answers = rcode === 0 ? [{ type: 'A' as const, name: questions[0]?.name ?? '', ttl, data }] : [];
    return dnsPacket.encode({ type: 'response', id, flags: rcode, questions, answers });
  };
const silent: Say = () => undefined;

function aForwarder(resolvers: Record<string, Say>) {
  const clock = new VirtualClock();
  const asked: string[] = [];
  const metrics = createDnsMetrics(new Registry());
  const sockets =
    (way: 'udp' | 'tcp') =>
    ({ address }: { address: string }, { packet, isAnswer }: UpstreamQuestion, signal: AbortSignal) => {
      asked.push(`${address} ${way}`);
      const answer = resolvers[address]?.(packet, way);
      return new Promise<Buffer>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
        if (answer !== undefined && isAnswer(answer)) resolve(answer);
      });
    };
  const upstreams = Object.keys(resolvers).map((address) => ({ address, port: 53 }));
  const askUpstreams = createAskUpstreams({
    ...{ clock, metrics, random: seededRandom(1), upstreams: () => upstreams },
    sockets: { askUdp: sockets('udp'), askTcp: sockets('tcp') },
  });
  return { clock, asked, metrics, forwarder: createForwarder({ clock, metrics, askUpstreams }) };
}

function aQuery(name: string): Query {
  const read = readQuery(ask(name));
  if (read.type !== 'query') throw new Error(read.type);
  return read.query;
}

/** Lets what is ready happen, and time pass until the answer is there. */
async function settle<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  let isOver = false;
  void promise.finally(() => (isOver = true));
  for (let turns = 0; turns < 200 && !isOver; turns += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (!isOver) clock.step();
  }
  return promise;
}

const answersOf = (packet: Buffer | undefined): string[] | undefined =>
  packet && texts(dnsPacket.decode(packet).answers);

test('the first that answers is enough', async (t) => {
  const { clock, asked, forwarder } = aForwarder({ a: says(0), b: says(0) });
  t.deepEqual(answersOf(await settle(clock, forwarder.ask(aQuery('x.example')))), ['A 192.0.2.1']);
  t.deepEqual(asked, ['a udp']);
});

test('a name that does not exist is an answer; who fails is not the last to be asked', async (t) => {
  const missing = aForwarder({ a: says(3), b: says(0) });
  const answer = await settle(missing.clock, missing.forwarder.ask(aQuery('x.example')));
  t.is((answer?.[3] ?? 0) & 15, 3);
  const failing = aForwarder({ a: says(2), b: says(5), c: says(0) });
  t.deepEqual(answersOf(await settle(failing.clock, failing.forwarder.ask(aQuery('x.example')))), [
    'A 192.0.2.1',
  ]);
  t.deepEqual(failing.asked, ['a udp', 'b udp', 'c udp']);
});

test('who is silent costs one wait and is asked last for a while', async (t) => {
  const { clock, asked, forwarder } = aForwarder({ a: silent, b: says(0, 0) });
  await settle(clock, forwarder.ask(aQuery('x.example')));
  t.is(clock.nowMs(), 1_500);
  await settle(clock, forwarder.ask(aQuery('x.example')));
  t.is(clock.nowMs(), 1_500);
  clock.advance(10_000);
  await settle(clock, forwarder.ask(aQuery('x.example')));
  t.deepEqual(asked, ['a udp', 'b udp', 'b udp', 'a udp', 'b udp']);
});

test('when all are silent it ends, in bounded time', async (t) => {
  const { clock, asked, forwarder } = aForwarder({ a: silent, b: silent, c: silent });
  t.is(await settle(clock, forwarder.ask(aQuery('x.example'))), undefined);
  t.is(asked.length, 6);
  t.is(clock.nowMs(), 9_000);
});

test('the same question is asked once; different ones are bounded', async (t) => {
  const { clock, asked, forwarder } = aForwarder({ a: silent });
  const same = Array.from({ length: 50 }, () => forwarder.ask(aQuery('x.example')));
  t.is(asked.length, 1);
  const others = Array.from({ length: FORWARDS_MAX }, (_, at) => forwarder.ask(aQuery(`x${at}.example`)));
  await new Promise((resolve) => setImmediate(resolve));
  t.is(asked.length, FORWARDS_MAX);
  t.is(await others.at(-1), undefined);
  forwarder.close();
  t.deepEqual(new Set(await settle(clock, Promise.all([...same, ...others]))), new Set([undefined]));
  t.is(clock.pending, 0);
});

test('an answer is kept for its time to live, which gets less, and never for more than 30 s', async (t) => {
  const { clock, asked, forwarder } = aForwarder({ a: says(0, 20), b: silent });
  const ttl = async (name: string): Promise<number | undefined> => {
    const [record] =
      dnsPacket.decode((await settle(clock, forwarder.ask(aQuery(name)))) ?? Buffer.alloc(0)).answers ?? [];
    return (record as { ttl?: number } | undefined)?.ttl;
  };
  t.is(await ttl('x.example'), 20);
  clock.advance(7_000);
  t.is(await ttl('X.Example'), 13);
  clock.advance(13_000);
  t.is(await ttl('x.example'), 20);
  t.is(asked.length, 2);
  const long = aForwarder({ a: says(0, 86_400) });
  await settle(long.clock, long.forwarder.ask(aQuery('x.example')));
  long.clock.advance(29_999);
  await settle(long.clock, long.forwarder.ask(aQuery('x.example')));
  t.is(long.asked.length, 1);
  long.clock.advance(1);
  await settle(long.clock, long.forwarder.ask(aQuery('x.example')));
  t.is(long.asked.length, 2);
});

test('what says nothing is not kept', async (t) => {
  for (const say of [says(3), says(0, 0)]) {
    const { clock, asked, forwarder } = aForwarder({ a: say });
    await settle(clock, forwarder.ask(aQuery('x.example')));
    await settle(clock, forwarder.ask(aQuery('x.example')));
    t.is(asked.length, 2);
  }
});

test('shares: a burst, then a rate, for each client its own; so many questions to others at a time', (t) => {
  const clock = new VirtualClock();
  const shares = new ClientShares(clock);
  const taken = (client: string): number =>
    Array.from({ length: 10_000 }, () => shares.tryAsk(client)).filter(Boolean).length;
  t.is(taken('a'), CLIENT_RATE.burst);
  t.is(taken('b'), CLIENT_RATE.burst);
  clock.advance(500);
  t.is(taken('a'), CLIENT_RATE.perSecond / 2);
  const done = Array.from({ length: CLIENT_FORWARDS_MAX }, () => shares.tryForward('a'));
  t.is(shares.tryForward('a'), undefined);
  t.truthy(shares.tryForward('b'));
  done[0]?.();
  t.truthy(shares.tryForward('a'));
});

test('one client cannot have all questions to others; the cluster it is told of all the same', async (t) => {
  const { clock, forwarder, metrics } = aForwarder({ a: silent });
  const handle = createQueryHandler({ ...answersFrom(aShop()), clock, forwarder, metrics });
  const waiting = Array.from({ length: CLIENT_FORWARDS_MAX }, (_, at) =>
    handle(ask(`x${at}.example`), 'p', 'udp'),
  );
  t.true(waiting.every((one) => one instanceof Promise));
  const more = handle(ask('y.example'), 'p', 'udp');
  t.is(Buffer.isBuffer(more) && (more[3] ?? 0) & 15, 2);
  t.true(Buffer.isBuffer(handle(ask('web.shop.svc.cluster.local'), 'p', 'udp')));
  t.true(handle(ask('y.example'), 'q', 'udp') instanceof Promise);
  forwarder.close();
  await settle(clock, Promise.all(waiting.map((one) => Promise.resolve(one))));
});

test('who does not want others to be asked is not served by them', async (t) => {
  const { clock, asked, forwarder, metrics } = aForwarder({ a: says(0) });
  const handle = createQueryHandler({ ...answersFrom(aShop()), clock, forwarder, metrics });
  const answer = await handle(ask('x.example', 'A', { flags: 0 }), 'p', 'udp');
  t.is((answer?.[3] ?? 0) & 15, 5);
  t.is(asked.length, 0);
});

test('answers of others reach the client with its id, its spelling, and no more than it takes', (t) => {
  const query = aQuery('WwW.Example');
  const sent = writeUpstreamQuery(aQuery('www.example'), 7);
  const answer = says(0)(sent, 'udp') ?? Buffer.alloc(0);
  t.true(isAnswerTo(sent, answer));
  const small = dnsPacket.decode(forClient(answer, query, 'udp'));
  t.is(small.id, 4_711);
  t.is(small.questions?.[0]?.name, 'WwW.Example');
  const answers = Array.from({ length: 100 }, () => ({
    type: 'A' as const,
    name: 'www.example',
    ttl: 1,
    data: '192.0.2.1',
  }));
  const large = dnsPacket.encode({ ...dnsPacket.decode(answer), type: 'response', answers });
  const cut = forClient(large, query, 'udp');
  t.true(cut.length <= 512 && dnsPacket.decode(cut).flag_tc);
  t.is(dnsPacket.decode(forClient(large, query, 'tcp')).answers?.length, 100);
});

test('no bytes of other resolvers do harm', async (t) => {
  const query = aQuery('ext.shop.svc.cluster.local');
  const asked = aboutName(query, 'www.example.com');
  if (asked === undefined) return t.fail();
  const sent = writeUpstreamQuery(asked, 7);
  const good = says(0)(sent, 'udp') ?? Buffer.alloc(0);
  const changed = fc
    .tuple(
      fc.array(fc.tuple(fc.nat({ max: 70 }), fc.nat({ max: 255 })), { maxLength: 5 }),
      fc.nat({ max: 70 }),
    )
    .map(([changes, cut]) => {
      const packet = Buffer.from(good);
      for (const [at, value] of changes) if (at > 1 && at < packet.length) packet.writeUInt8(value, at);
      return cut > 40 ? packet : packet.subarray(0, cut + 12);
    });
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(changed, fc.uint8Array({ maxLength: 200 })), async (bytes) => {
      const answer = Buffer.from(bytes);
      if (!isAnswerTo(sent, answer)) return true;
      accepted += 1;
      const { clock, metrics } = aForwarder({});
      const forwarder = createForwarder({ clock, metrics, askUpstreams: () => Promise.resolve(answer) });
      const handle = createQueryHandler({ ...answersFrom(aShop()), clock, forwarder, metrics });
      for (const name of ['ext.shop.svc.cluster.local', 'www.example.com', 'www.example.com']) {
        const packet = await handle(ask(name), 'p', 'udp');
        if (packet === undefined || packet.readUInt16BE(0) !== 4_711 || packet.length > 512) return false;
      }
      return true;
    }),
    { numRuns: 2_000, seed: 3 },
  );
  t.true(accepted > 100, String(accepted));
});
