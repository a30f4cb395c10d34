import test from 'ava';
import type { ContainerSpec, SandboxSpec } from '../runtime.ts';
import { containerSpec, sandboxSpec } from '../test-specs.ts';
import { containerConfig } from './container-config.ts';
import { containerName, podNamePattern, sandboxName } from './names.ts';
import { fitsPooledSandbox, hostnameOf, sandboxConfig, sandboxSpecHash } from './sandbox-config.ts';

const pod = { namespace: 'default', name: 'web-1', uid: '0f0e0d0c-1111-4222-8333-444455556666' };
const frame = { nodeName: 'n1', pauseImageId: 'sha256:1', network: 'bridge' };
const sandbox = sandboxSpec(pod);
const container = containerSpec({ id: 's', pod }, 'sha256:2', ['sh', '-c', 'true'], {
  attempt: 2,
  labels: { 'gantry.dev/node': 'not me', mine: 'yes' },
});
const configOf = (more: Partial<ContainerSpec>, pooled = false) =>
  containerConfig({ ...container, ...more }, { nodeName: 'n1', pooled });

test('names are deterministic and match the pattern of their pod', (t) => {
  t.is(containerName(pod, 'main', 2), 'gantry_main_web-1_default_0f0e0d0c-1111_2');
  t.is(sandboxName(pod), `gantry_POD_web-1_default_${pod.uid}`);
  const pattern = new RegExp(podNamePattern(pod.uid));
  t.regex(containerName(pod, 'main', 2), pattern);
  t.regex(sandboxName(pod), pattern);
});

test('our labels win over given ones', (t) => {
  const { Labels: labels } = configOf({});
  t.is(labels?.['gantry.dev/node'], 'n1');
  t.is(labels?.mine, 'yes');
});

const shares: [Partial<ContainerSpec>, number, number | undefined][] = [
  [{}, 2, undefined],
  [{ cpuMilliRequest: 500 }, 512, undefined],
  [{ cpuMilliRequest: 1 }, 2, undefined],
  [{ cpuMilliLimit: 250 }, 256, 25_000],
  [{ cpuMilliLimit: 2000, cpuMilliRequest: 100 }, 102, 200_000],
  [{ cpuMilliLimit: 1 }, 2, 1000],
];

for (const [more, cpuShares, cpuQuota] of shares) {
  test(`cores: ${JSON.stringify(more)} gives ${cpuShares} shares`, (t) => {
    const { HostConfig: host } = configOf(more);
    t.is(host?.CpuShares, cpuShares);
    t.is(host?.CpuQuota, cpuQuota);
  });
}

test('a limit of memory holds for swap too', (t) => {
  const { HostConfig: host } = configOf({ memoryBytesLimit: 1 << 24 });
  t.is(host?.Memory, 1 << 24);
  t.is(host?.MemorySwap, 1 << 24);
});

test('in a pooled sandbox HOSTNAME is given, unless the pod gives one', (t) => {
  t.deepEqual(configOf({ env: ['A=1'] }, true).Env, ['HOSTNAME=web-1', 'A=1']);
  t.deepEqual(configOf({ env: ['HOSTNAME=x'] }, true).Env, ['HOSTNAME=x']);
  t.deepEqual(configOf({ env: ['A=1'] }, false).Env, ['A=1']);
});

for (const [runAsUser, runAsGroup, user] of [
  [undefined, undefined, undefined],
  [7, undefined, '7'],
  [7, 8, '7:8'],
  [undefined, 8, ':8'],
  [0, 0, '0:0'],
] as const) {
  test(`user ${String(runAsUser)} and group ${String(runAsGroup)} are "${String(user)}"`, (t) => {
    const more = {
      ...(runAsUser === undefined ? {} : { runAsUser }),
      ...(runAsGroup === undefined ? {} : { runAsGroup }),
    };
    t.is(configOf(more).User, user);
  });
}

test('ports belong to the sandbox, several host addresses to one port', (t) => {
  const port = { containerPort: 80, protocol: 'TCP' as const };
  const ports = [
    { ...port, hostPort: 8080 },
    { ...port, hostPort: 8081, hostIp: '127.0.0.1' },
    { containerPort: 53, hostPort: 53, protocol: 'UDP' as const },
  ];
  const config = sandboxConfig({ ...sandbox, ports }, frame);
  t.deepEqual(config.ExposedPorts, { '80/tcp': {}, '53/udp': {} });
  t.deepEqual(config.HostConfig?.PortBindings, {
    '80/tcp': [
      { HostIp: '', HostPort: '8080' },
      { HostIp: '127.0.0.1', HostPort: '8081' },
    ],
    '53/udp': [{ HostIp: '', HostPort: '53' }],
  });
});

test("on the host's network there is no hostname and no port of its own", (t) => {
  const ports = [{ containerPort: 80, hostPort: 80, protocol: 'TCP' as const }];
  const config = sandboxConfig({ ...sandbox, hostNetwork: true, ports }, frame);
  t.is(config.Hostname, undefined);
  t.is(config.HostConfig?.NetworkMode, 'host');
  t.is(config.HostConfig?.PortBindings, undefined);
});

const notPooled: [string, Partial<SandboxSpec>][] = [
  ['host ports', { ports: [{ containerPort: 1, hostPort: 1, protocol: 'TCP' }] }],
  ["the host's network", { hostNetwork: true }],
  ['aliases', { hostAliases: [{ ip: '1.1.1.1', hostnames: ['a'] }] }],
  ['kernel settings', { sysctls: { 'net.core.somaxconn': '1' } }],
];

for (const [what, more] of notPooled) {
  test(`a pod with ${what} needs a sandbox of its own, and another than one without`, (t) => {
    t.false(fitsPooledSandbox({ ...sandbox, ...more }));
    t.true(fitsPooledSandbox({ ...sandbox, sysctls: {} }));
    t.not(sandboxSpecHash({ ...sandbox, ...more }), sandboxSpecHash(sandbox));
  });
}

test('a hostname is cut to what the kernel takes', (t) => {
  t.is(hostnameOf('web-1'), 'web-1');
  t.is(hostnameOf(`${'a'.repeat(62)}-${'b'.repeat(50)}`), 'a'.repeat(62));
});
