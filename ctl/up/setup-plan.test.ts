import test from 'ava';
import { planSetup, type MachineFacts } from './setup-plan.ts';

const prepared: MachineFacts = {
  nodeMajor: 20,
  nodeVersion: 'v20.20.0',
  platform: 'linux',
  root: true,
  dockerAnswers: true,
  dockerSocket: '/var/run/docker.sock',
  dockerdInstalled: true,
  needsHosts: false,
  systemd: false,
  apt: true,
  etcdUsable: true,
  busybox: true,
  iptables: true,
  iproute: true,
  haproxy: true,
  conntrack: true,
  nft: true,
  portsTaken: [],
};

test('a prepared machine needs nothing', (t) => {
  t.deepEqual(planSetup(prepared), { steps: [], problems: [] });
});

test('a fresh machine gets packages, etcd and an engine started by hand', (t) => {
  const fresh = {
    ...prepared,
    dockerAnswers: false,
    dockerdInstalled: false,
    etcdUsable: false,
    busybox: false,
    iptables: false,
    iproute: false,
    haproxy: false,
    conntrack: false,
    nft: false,
  };
  t.deepEqual(planSetup(fresh).steps, [
    {
      type: 'apt-install',
      packages: ['docker.io', 'iptables', 'busybox-static', 'iproute2', 'haproxy', 'conntrack', 'nftables'],
      why: 'not on this machine yet',
    },
    { type: 'fetch-etcd' },
    { type: 'start-dockerd' },
  ]);
});

test('an init system starts the engine itself', (t) => {
  const steps = planSetup({ ...prepared, dockerAnswers: false, systemd: true }).steps;
  t.deepEqual(steps, [{ type: 'start-docker-service' }]);
});

test('not root but everything there: it works', (t) => {
  t.deepEqual(planSetup({ ...prepared, root: false, busybox: false }), { steps: [], problems: [] });
});

const hopeless: [string, Partial<MachineFacts>, RegExp, RegExp][] = [
  [
    'old Node',
    { nodeMajor: 18, nodeVersion: 'v18.1.0' },
    /needs Node 20 or newer; this is v18\.1\.0/,
    /Install Node 20/,
  ],
  ['no Linux', { platform: 'darwin' }, /needs Linux; this is darwin/, /Linux/],
  [
    'no Docker, not root',
    { dockerAnswers: false, root: false },
    /only root can install or start one/,
    /as root/,
  ],
  [
    'no Docker and no way to get it',
    { dockerAnswers: false, dockerdInstalled: false, apt: false },
    /neither dockerd nor apt-get/,
    /Install the Docker engine/,
  ],
  ['no etcd and no apt', { etcdUsable: false, apt: false }, /No etcd 3\.5/, /--etcd/],
  [
    'port taken',
    { portsTaken: [{ port: 6443, usedFor: 'the API', option: '--port' }] },
    /Port 6443 on 127\.0\.0\.1, wanted for the API, is taken/,
    /--port PORT/,
  ],
];

for (const [name, facts, sentence, remedy] of hopeless) {
  test(`${name}: one sentence with its remedy, and nothing is started`, (t) => {
    const { steps, problems } = planSetup({ ...prepared, ...facts });
    t.is(steps.length, 0);
    t.is(problems.length, 1);
    t.regex(problems[0]?.sentence ?? '', sentence);
    t.regex(problems[0]?.remedy ?? '', remedy);
  });
}

test('further hosts need an engine that can be started, and root', (t) => {
  const hosts = { ...prepared, needsHosts: true };
  t.deepEqual(planSetup(hosts), { steps: [], problems: [] });
  t.deepEqual(planSetup({ ...hosts, dockerdInstalled: false, iptables: false }).steps, [
    { type: 'apt-install', packages: ['docker.io', 'iptables'], why: 'not on this machine yet' },
  ]);
  const sentences = (facts: MachineFacts): string[] =>
    planSetup(facts).problems.map(({ sentence }) => sentence);
  t.regex(sentences({ ...hosts, root: false })[0] ?? '', /^Only root can make further hosts/);
  t.regex(sentences({ ...hosts, dockerdInstalled: false, apt: false })[0] ?? '', /^Each further host/);
  t.is(sentences({ ...hosts, dockerAnswers: false, dockerdInstalled: false, apt: false }).length, 1);
});
