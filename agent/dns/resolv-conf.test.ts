// The resolv.conf of pods by policy, Kubernetes' limits, and what is read of the host's.
import test from 'ava';
import fc from 'fast-check';
import type { Pod, PodSpec } from '@gantry/api/kinds/pod';
import { planResolvConf } from '../pods/plan-resolv-conf.ts';
import { chooseResolvConf, parseResolvConf, resolversOf } from './host-resolv-conf.ts';
import { podResolvConf, type NodeDns } from './resolv-conf.ts';

const HOST =
  '# made by hand\ndomain old.example\nnameserver 192.0.2.53 # the first\n;nameserver 192.0.2.9\nnameserver 127.0.0.53\nsearch corp.example lab.example\noptions edns0 ndots:2\n';
const node: NodeDns = {
  clusterDns: ['169.254.20.10'],
  clusterDomain: 'cluster.local',
  host: parseResolvConf(HOST),
};
const CLUSTER =
  'nameserver 169.254.20.10\nsearch shop.svc.cluster.local svc.cluster.local cluster.local corp.example lab.example\noptions ndots:5\n';
const NODES = 'nameserver 192.0.2.53\nsearch corp.example lab.example\noptions edns0 ndots:2';

function aPod(spec: Partial<PodSpec>): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop', uid: 'u1' },
    spec: { containers: [{ name: 'app', image: 'app' }], ...spec },
  };
}

const POLICIES: [string, Partial<PodSpec>, string | undefined][] = [
  ['ClusterFirst, the default', {}, CLUSTER],
  ["ClusterFirst in the node's network is Default", { hostNetwork: true }, undefined],
  ['ClusterFirstWithHostNet', { dnsPolicy: 'ClusterFirstWithHostNet', hostNetwork: true }, CLUSTER],
  ['Default', { dnsPolicy: 'Default' }, undefined],
  [
    'Default with more: what is on the host itself cannot be reached',
    { dnsPolicy: 'Default', dnsConfig: { options: [{ name: 'ndots', value: '1' }, { name: 'rotate' }] } },
    `${NODES.replace('ndots:2', 'ndots:1')} rotate\n`,
  ],
  [
    "Default with more, in the node's network",
    { dnsPolicy: 'Default', hostNetwork: true, dnsConfig: { searches: ['corp.example', 'x.example'] } },
    'nameserver 192.0.2.53\nnameserver 127.0.0.53\nsearch corp.example lab.example x.example\noptions edns0 ndots:2\n',
  ],
  [
    'ClusterFirst with more',
    {
      dnsConfig: {
        nameservers: ['192.0.2.1'],
        searches: ['x.example'],
        options: [{ name: 'ndots', value: '2' }],
      },
    },
    CLUSTER.replace('\nsearch', '\nnameserver 192.0.2.1\nsearch')
      .replace('lab.example', 'lab.example x.example')
      .replace(':5', ':2'),
  ],
  [
    'None',
    { dnsPolicy: 'None', dnsConfig: { nameservers: ['192.0.2.1'], searches: ['x.example'] } },
    'nameserver 192.0.2.1\nsearch x.example\n',
  ],
];

for (const [title, spec, expected] of POLICIES) {
  test(title, (t) => {
    t.is(podResolvConf(aPod(spec), node)?.text, expected);
  });
}

test('where no DNS of the cluster is known, pods resolve as the node does, and dnsConfig still counts', (t) => {
  const without = { ...node, clusterDns: [] };
  t.is(podResolvConf(aPod({}), without), undefined);
  const more = podResolvConf(aPod({ dnsConfig: { options: [{ name: 'rotate' }] } }), without);
  t.is(more?.text, `${NODES} rotate\n`);
});

test('limits: three resolvers, 32 search paths, 2048 characters; what is over them is told', (t) => {
  const pod = aPod({
    dnsConfig: {
      nameservers: ['192.0.2.1', '192.0.2.2', '192.0.2.3'],
      searches: Array.from({ length: 32 }, (_, at) => `s${at}.example`),
    },
  });
  const many = podResolvConf(pod, node);
  t.deepEqual(many?.issues, [
    { type: 'nameservers-cut', count: 1 },
    { type: 'search-cut', count: 5 },
  ]);
  const long = {
    ...node,
    host: { ...node.host, search: Array.from({ length: 20 }, (_, at) => `${'a'.repeat(150)}${at}`) },
  };
  const search = /search (.*)/.exec(podResolvConf(aPod({}), long)?.text ?? '')?.[1] ?? '';
  t.true(search.length <= 2_048 && search.length > 1_800);
});

test('nothing that a pod says begins a new line, and the limits always hold', (t) => {
  const words = fc.array(fc.oneof(fc.string(), fc.constantFrom('a\nnameserver 10.0.0.9', 'ndots:5')), {
    maxLength: 40,
  });
  t.notThrows(() =>
    fc.assert(
      fc.property(words, words, words, (nameservers, searches, names) => {
        const options = names.map((name) => ({ name, value: name }));
        const { text = '' } =
          podResolvConf(aPod({ dnsConfig: { nameservers, searches, options } }), node) ?? {};
        const lines = text.split('\n');
        const servers = lines.filter((line) => line.startsWith('nameserver '));
        return (
          lines.length <= 6 &&
          servers.length <= 3 &&
          lines.every((line) => /^(nameserver |search |options |$)/.test(line))
        );
      }),
      { numRuns: 500, seed: 5 },
    ),
  );
});

const TEXTS: [string, string, Partial<ReturnType<typeof parseResolvConf>>][] = [
  ['the last search counts', 'search a b\nsearch c', { search: ['c'] }],
  ['a domain is a search', 'domain a.example', { search: ['a.example'] }],
  [
    'what is no address is passed over',
    'nameserver\nnameserver dns.example\nnameserver 1.2.3',
    { nameservers: [] },
  ],
  [
    'IPv6, with an interface',
    'nameserver fe80::1%eth0\nnameserver ::1',
    { nameservers: ['fe80::1%eth0', '::1'] },
  ],
  ['options gather', 'options a\noptions b:1 c', { options: ['a', 'b:1', 'c'] }],
  ['tabs and ends of lines of others', '\tnameserver\t10.0.0.1\r\n', { nameservers: ['10.0.0.1'] }],
];

for (const [title, text, expected] of TEXTS) {
  test(`of the host: ${title}`, (t) => {
    t.like(parseResolvConf(text), expected);
  });
}

test('whom to ask: three at most, each once, never ourselves', (t) => {
  const conf = parseResolvConf(
    ['1', '1', '2', '3', '4'].map((last) => `nameserver 10.0.0.${last}\n`).join(''),
  );
  t.deepEqual(resolversOf(conf, ['10.0.0.2']), ['10.0.0.1', '10.0.0.3', '10.0.0.4']);
  t.deepEqual(resolversOf(parseResolvConf(''), []), ['127.0.0.1']);
  t.deepEqual(resolversOf(parseResolvConf('nameserver 10.0.0.2'), ['10.0.0.2']), []);
});

test('behind a stub on the host stands who is really asked', (t) => {
  const stub = 'nameserver 127.0.0.53\n';
  t.is(chooseResolvConf(stub, HOST), HOST);
  t.is(chooseResolvConf(stub, ''), stub);
  t.is(chooseResolvConf(HOST, 'nameserver 10.9.9.9\n'), HOST);
});

test('containers get the file, unless they bring their own', (t) => {
  const facts = { podsFolder: '/pods', dns: node };
  const container = { name: 'app', image: 'app' };
  t.deepEqual(planResolvConf(aPod({}), container, facts), {
    mounts: [{ source: '/pods/u1/resolv.conf', target: '/etc/resolv.conf', readOnly: false }],
    actions: [{ type: 'text-file', path: '/pods/u1/resolv.conf', text: CLUSTER, mode: 0o644 }],
  });
  const own = { ...container, volumeMounts: [{ name: 'v', mountPath: '/etc/resolv.conf' }] };
  t.deepEqual(planResolvConf(aPod({}), own, facts), { mounts: [], actions: [] });
  t.deepEqual(planResolvConf(aPod({}), container, { podsFolder: '/pods' }), { mounts: [], actions: [] });
});
