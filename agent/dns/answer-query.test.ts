// The specification of Kubernetes' DNS and the rules of DNS itself, a row a rule; and that no bytes do harm.
import test from 'ava';
import dnsPacket from 'dns-packet';
import fc from 'fast-check';
import { answerQuery } from './answer-query.ts';
import { RecordIndex } from './record-index.ts';
import { aService, aShop, aSlice, answersFrom, ask, texts, type AskedType } from './test-names.ts';
import { UDP_BYTES_MAX } from './write-answer.ts';

type Expected = string | { rcode?: string; answers?: string[]; more?: string[] };

const NODATA = { answers: [] };
const NXDOMAIN = { rcode: 'NXDOMAIN', answers: [] };

const ROWS: [string, string, AskedType, Expected][] = [
  ['2.2 the version of the schema', 'dns-version.cluster.local', 'TXT', { answers: ['TXT 1.1.0'] }],
  ['2.3.1 A of a Service', 'web.shop.svc.cluster.local', 'A', { answers: ['A 10.96.0.10'] }],
  ['2.3.1 AAAA of a Service that has none', 'web.shop.svc.cluster.local', 'AAAA', NODATA],
  ['case does not matter', 'WEB.Shop.SVC.cluster.LOCAL', 'A', { answers: ['A 10.96.0.10'] }],
  [
    '2.3.2 SRV of a named port',
    '_http._tcp.web.shop.svc.cluster.local',
    'SRV',
    { answers: ['SRV 80 web.shop.svc.cluster.local'], more: ['A 10.96.0.10'] },
  ],
  [
    '2.3.2 SRV of a UDP port',
    '_dns._udp.web.shop.svc.cluster.local',
    'SRV',
    { answers: ['SRV 53 web.shop.svc.cluster.local'], more: ['A 10.96.0.10'] },
  ],
  ['2.3.2 the wrong protocol', '_http._udp.web.shop.svc.cluster.local', 'SRV', NXDOMAIN],
  ['2.3.2 A of a port', '_http._tcp.web.shop.svc.cluster.local', 'A', NODATA],
  ['a protocol alone exists', '_tcp.web.shop.svc.cluster.local', 'SRV', NODATA],
  [
    '2.3.3 PTR of a Service',
    '10.0.96.10.in-addr.arpa',
    'PTR',
    { answers: ['PTR web.shop.svc.cluster.local'] },
  ],
  ['a pod of a Service with an address has no name', '5.0.244.10.in-addr.arpa', 'PTR', 'forward'],
  [
    '2.4.1 A of ready pods',
    'db.shop.svc.cluster.local',
    'A',
    { answers: ['A 10.244.0.11', 'A 10.244.1.12', 'A 10.244.3.14'] },
  ],
  ['2.4.1 A of a named pod', 'db-1.db.shop.svc.cluster.local', 'A', { answers: ['A 10.244.1.12'] }],
  [
    '2.4.1 A of a pod without a name',
    '10-244-3-14.db.shop.svc.cluster.local',
    'A',
    { answers: ['A 10.244.3.14'] },
  ],
  ['2.4.1 a named pod has no other name', '10-244-1-12.db.shop.svc.cluster.local', 'A', NXDOMAIN],
  ['2.4.1 a pod that is not ready', 'db-2.db.shop.svc.cluster.local', 'A', NXDOMAIN],
  ['2.4.1 no pod is ready', 'down.shop.svc.cluster.local', 'A', NXDOMAIN],
  [
    'publishNotReadyAddresses',
    'peers.shop.svc.cluster.local',
    'A',
    { answers: ['A 10.244.0.21', 'A 10.244.0.22'] },
  ],
  [
    'publishNotReadyAddresses, a pod',
    'p-1.peers.shop.svc.cluster.local',
    'A',
    { answers: ['A 10.244.0.22'] },
  ],
  [
    '2.4.2 SRV of pods, with their own port',
    '_http._tcp.peers.shop.svc.cluster.local',
    'SRV',
    {
      answers: ['SRV 8080 p-0.peers.shop.svc.cluster.local', 'SRV 8080 p-1.peers.shop.svc.cluster.local'],
      more: ['A 10.244.0.21', 'A 10.244.0.22'],
    },
  ],
  [
    '2.4.3 PTR of a pod',
    '12.1.244.10.in-addr.arpa',
    'PTR',
    { answers: ['PTR db-1.db.shop.svc.cluster.local'] },
  ],
  [
    '2.4.3 PTR of a pod without a name',
    '14.3.244.10.in-addr.arpa',
    'PTR',
    { answers: ['PTR 10-244-3-14.db.shop.svc.cluster.local'] },
  ],
  ['2.4.3 PTR of a pod that is not ready', '13.2.244.10.in-addr.arpa', 'PTR', 'forward'],
  ['2.5 a name for a name', 'ext.shop.svc.cluster.local', 'CNAME', { answers: ['CNAME www.example.com'] }],
  ['2.5 A of a name for a name', 'ext.shop.svc.cluster.local', 'A', 'chase'],
  [
    '2.5 a name for a name of ours',
    'alias.shop.svc.cluster.local',
    'A',
    { answers: ['A 10.96.0.10', 'CNAME web.shop.svc.cluster.local'] },
  ],
  [
    '2.5 a name for one that is not there',
    'lost.shop.svc.cluster.local',
    'A',
    { rcode: 'NXDOMAIN', answers: ['CNAME no.shop.svc.cluster.local'] },
  ],
  ['2.5 a name for itself', 'ring.shop.svc.cluster.local', 'A', { rcode: 'SERVFAIL', answers: [] }],
  ['2.5 nothing is below it', 'a.ext.shop.svc.cluster.local', 'A', NXDOMAIN],
  ['2.6 an address in the name', '10-1-2-3.shop.pod.cluster.local', 'A', { answers: ['A 10.1.2.3'] }],
  ['2.6 no address', '10-1-2-300.shop.pod.cluster.local', 'A', NXDOMAIN],
  ['2.6 nothing is below it', 'a.10-1-2-3.shop.pod.cluster.local', 'A', NXDOMAIN],
  ['a Service without an address yet', 'young.shop.svc.cluster.local', 'A', NXDOMAIN],
  ['slices without a Service', 'nobody.shop.svc.cluster.local', 'A', NXDOMAIN],
  ['no such Service', 'no.shop.svc.cluster.local', 'A', NXDOMAIN],
  ['no such namespace', 'web.none.svc.cluster.local', 'A', NXDOMAIN],
  ['a namespace exists', 'shop.svc.cluster.local', 'A', NODATA],
  ['a namespace that does not', 'none.svc.cluster.local', 'A', NXDOMAIN],
  ['all Services', 'svc.cluster.local', 'A', NODATA],
  ['the zone', 'cluster.local', 'A', NODATA],
  ['SOA of the zone', 'cluster.local', 'SOA', { answers: ['SOA'] }],
  ['no such kind', 'web.shop.abc.cluster.local', 'A', NXDOMAIN],
  ['a name with our search domain behind it', 'www.example.com.shop.svc.cluster.local', 'A', NXDOMAIN],
  ['any type', 'web.shop.svc.cluster.local', 'ANY', { answers: ['A 10.96.0.10'] }],
  ['another name', 'www.example.com', 'A', 'forward'],
  ['a name that only ends alike', 'mycluster.local', 'A', 'forward'],
  ['the root', '.', 'NS', 'forward'],
  ['an address of somebody else', '8.8.8.8.in-addr.arpa', 'PTR', 'forward'],
  ['a zone transfer', 'cluster.local', 'AXFR', { rcode: 'REFUSED', answers: [] }],
];

for (const [title, name, type, expected] of ROWS) {
  test(title, (t) => {
    const outcome = answerQuery(answersFrom(aShop(), 3), ask(name, type), 'udp');
    if (typeof expected === 'string') {
      t.true(outcome.type === expected, outcome.type);
      return;
    }
    if (outcome.type !== 'answer') return t.fail(outcome.type);
    const packet = dnsPacket.decode(outcome.packet);
    const { rcode = 'NOERROR', answers = [], more = [] } = expected;
    t.is((packet as { rcode?: string }).rcode, rcode);
    t.deepEqual(texts(packet.answers).sort(), answers);
    t.deepEqual(texts(packet.additionals).sort(), more);
    const isEmpty = rcode === 'NXDOMAIN' || (rcode === 'NOERROR' && answers.length === 0);
    t.deepEqual(texts(packet.authorities), isEmpty ? ['SOA'] : []);
    t.is(packet.id, 4_711);
    t.is(packet.questions?.[0]?.name, name, 'in the case in which it came');
    for (const record of packet.answers ?? []) {
      if (record.name.toLowerCase() === name.toLowerCase()) t.is(record.name, name);
      t.is((record as { ttl?: number }).ttl, 5);
    }
    const isOurs = rcode === 'NOERROR' || rcode === 'NXDOMAIN';
    t.is(packet.flag_aa, isOurs);
    t.true(packet.flag_rd && packet.flag_ra && packet.flag_qr);
  });
}

test('before the cluster was read nobody is told that a name does not exist', (t) => {
  const outcome = answerQuery(answersFrom(new RecordIndex()), ask('web.shop.svc.cluster.local'), 'udp');
  t.is(outcome.type === 'answer' && outcome.rcode, 2);
});

test('pods take turns at the first place, in an order that chance decides alone', (t) => {
  const first = (seed: number): string[] => {
    const deps = answersFrom(aShop(), seed);
    return Array.from({ length: 40 }, () => {
      const outcome = answerQuery(deps, ask('db.shop.svc.cluster.local'), 'udp');
      return outcome.type === 'answer' ? (texts(dnsPacket.decode(outcome.packet).answers)[0] ?? '') : '';
    });
  };
  t.deepEqual(first(7), first(7));
  t.is(new Set(first(7)).size, 3);
});

const HEADS: [string, (packet: Buffer) => void, number | 'drop'][] = [
  ['an answer', (packet) => packet.writeUInt16BE(0x8100, 2), 'drop'],
  ['another opcode', (packet) => packet.writeUInt16BE(0x2000, 2), 4],
  ['no question', (packet) => packet.writeUInt16BE(0, 4), 1],
  ['two questions', (packet) => packet.writeUInt16BE(2, 4), 1],
  ['many records promised', (packet) => packet.writeUInt16BE(65_535, 10), 1],
  ['a record promised', (packet) => packet.writeUInt16BE(1, 10), 1],
  ['another class', (packet) => packet.writeUInt16BE(3, packet.length - 2), 5],
  ['a pointer in the question', (packet) => packet.writeUInt8(0xc0, 12), 1],
  ['a label that is too long', (packet) => packet.writeUInt8(64, 12), 1],
];

for (const [title, change, expected] of HEADS) {
  test(`refused or dropped: ${title}`, (t) => {
    const packet = ask('web.shop.svc.cluster.local');
    change(packet);
    const outcome = answerQuery(answersFrom(aShop()), packet, 'udp');
    t.is(outcome.type === 'answer' ? outcome.rcode : outcome.type, expected);
    if (outcome.type === 'answer') t.is(dnsPacket.decode(outcome.packet).id, 4_711);
  });
}

test('names of 255 bytes are names, longer ones are not', (t) => {
  const label = 'a'.repeat(63);
  const named = (last: number): Buffer => ask([label, label, label, 'a'.repeat(last)].join('.'));
  const deps = answersFrom(aShop());
  t.is(answerQuery(deps, named(61), 'udp').type, 'forward');
  const outcome = answerQuery(deps, named(62), 'udp');
  t.is(outcome.type === 'answer' && outcome.rcode, 1);
});

test('a dot in a label makes no name of two', (t) => {
  const packet = ask('webxshop.svc.cluster.local');
  packet.write('.', 12 + 1 + 3);
  const outcome = answerQuery(answersFrom(aShop()), packet, 'udp');
  t.is(outcome.type === 'answer' && outcome.rcode, 3);
  if (outcome.type === 'answer') t.true(outcome.packet.includes(packet.subarray(12)));
});

test('EDNS0: the size is taken up to a bound, another version is refused, who does not know it gets none', (t) => {
  const deps = answersFrom(aShop());
  const optOf = (packet: Buffer): unknown => {
    const outcome = answerQuery(deps, packet, 'udp');
    if (outcome.type !== 'answer') return outcome.type;
    const opt = dnsPacket.decode(outcome.packet).additionals?.find(({ type }) => type === 'OPT');
    return opt?.type === 'OPT' ? [opt.udpPayloadSize, opt.extendedRcode, outcome.rcode] : undefined;
  };
  const name = 'web.shop.svc.cluster.local';
  t.is(optOf(ask(name)), undefined);
  t.deepEqual(optOf(ask(name, 'A', { edns: 4_096 })), [UDP_BYTES_MAX, 0, 0]);
  const other = ask(name, 'A', { edns: 4_096 });
  other.writeUInt8(1, other.length - 5);
  t.deepEqual(optOf(other), [UDP_BYTES_MAX, 1, 16]);
});

function large(): RecordIndex {
  const index = new RecordIndex();
  const pods = Array.from({ length: 1_000 }, (_, at) => `pod-${at}=10.244.${at >> 8}.${at & 255}`);
  index.replace([aService('db', { clusterIP: 'None' })], [aSlice('db', pods)]);
  return index;
}

test('what does not fit is cut and told over UDP, and comes whole over TCP', (t) => {
  const deps = answersFrom(large());
  const answered = (edns: number | undefined, transport: 'udp' | 'tcp', type: AskedType = 'A') => {
    const name = type === 'A' ? 'db.shop.svc.cluster.local' : '_http._tcp.db.shop.svc.cluster.local';
    const outcome = answerQuery(deps, ask(name, type, edns === undefined ? {} : { edns }), transport);
    if (outcome.type !== 'answer') throw new Error(outcome.type);
    const { flag_tc, answers, additionals } = dnsPacket.decode(outcome.packet);
    return {
      bytes: outcome.packet.length,
      flag_tc,
      answers: answers?.length ?? 0,
      more: additionals?.length ?? 0,
    };
  };
  // 16 bytes a record: the name is said once.
  t.like(answered(undefined, 'udp'), { flag_tc: true, answers: Math.floor((512 - 12 - 31) / 16) });
  t.like(answered(100, 'udp'), { flag_tc: true, answers: Math.floor((512 - 12 - 31 - 11) / 16) });
  const some = answered(65_000, 'udp');
  t.true(some.flag_tc && some.bytes <= UDP_BYTES_MAX && some.bytes > UDP_BYTES_MAX - 16);
  t.like(answered(undefined, 'tcp'), { flag_tc: false, answers: 1_000 });
  const srv = answered(undefined, 'tcp', 'SRV');
  t.true(srv.bytes <= 65_535 && !srv.flag_tc);
  t.is(srv.answers, 1_000);
  t.true(srv.more < 1_000, 'courtesies are left out without a word');
});

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 600 }),
  // Packets that are nearly right.
  fc
    .record({
      name: fc.constantFrom(...ROWS.map(([, name]) => name)),
      edns: fc.option(fc.integer({ min: 0, max: 65_535 }), { nil: undefined }),
      changes: fc.array(fc.tuple(fc.nat({ max: 90 }), fc.nat({ max: 255 })), { maxLength: 4 }),
      cut: fc.nat({ max: 90 }),
      type: fc.constantFrom<AskedType>('A', 'SRV', 'PTR', 'AAAA', 'ANY'),
    })
    .map(({ name, edns, changes, cut, type }) => {
      const packet = ask(name, type, edns === undefined ? {} : { edns });
      for (const [at, value] of changes) if (at < packet.length) packet.writeUInt8(value, at);
      return cut < 60 ? packet : packet.subarray(0, cut);
    }),
);

test('no bytes do harm: nothing is thrown, answers parse, id and question are kept, sizes are held', (t) => {
  const deps = answersFrom(aShop());
  const kinds = new Map<string, number>();
  fc.assert(
    fc.property(bytes, fc.constantFrom('udp' as const, 'tcp' as const), (input, transport) => {
      const packet = Buffer.from(input);
      const before = Buffer.from(packet);
      const outcome = answerQuery(deps, packet, transport);
      kinds.set(outcome.type, (kinds.get(outcome.type) ?? 0) + 1);
      if (!packet.equals(before)) return false;
      if (outcome.type !== 'answer') return true;
      const answer = dnsPacket.decode(outcome.packet);
      if (answer.id !== packet.readUInt16BE(0) || !answer.flag_qr) return false;
      if (transport === 'udp' && outcome.packet.length > UDP_BYTES_MAX) return false;
      const count = outcome.packet.readUInt16BE(4);
      // A question that is repeated is repeated byte for byte.
      const end = 12 + questionBytes(outcome.packet);
      return count === 0 || outcome.packet.subarray(12, end).equals(packet.subarray(12, end));
    }),
    { numRuns: 5_000, seed: 20_261 },
  );
  for (const kind of ['answer', 'drop', 'forward', 'chase']) t.true((kinds.get(kind) ?? 0) > 20, kind);
});

function questionBytes(packet: Buffer): number {
  let offset = 12;
  while ((packet[offset] ?? 0) > 0) offset += (packet[offset] ?? 0) + 1;
  return offset + 5 - 12;
}
