// Requests a second and their times through a Service's address, beside HAProxy started by hand for the same servers.
// wrk sends the requests; another HAProxy on another host answers them, so that nothing slower is measured.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endpointSliceKind, SERVICE_NAME_LABEL } from '@gantry/api/kinds/endpoint-slice';
import { serviceKind } from '@gantry/api/kinds/service';
import { programRunner } from '@gantry/kit/system-program';
import type { Host } from '../../cluster/hosts/create-hosts.ts';
import { endProcesses, startProgram } from '../../cluster/hosts/host-programs.ts';
import { startHostsWorld } from '../../cluster/hosts-world.ts';
import type { Bench, Workbench } from '../bench.ts';
import { median, short, spread, type Figure } from '../figure.ts';
import { NAMESPACE } from '../workload.ts';

const PORTS = [9001, 9002, 9003, 9004];
const STATIC_PORT = 8888;
/** By hand too, and with the second tries that a Service's proxy makes: what these cost is seen by itself. */
const RETRYING_PORT = 8889;
const ROUNDS = 5;
const SECONDS = 5;
const SETTLE_MS = 2_000;

export const throughput: Bench = { name: 'throughput', run: measure };

interface Sample {
  perSecond: number;
  p99Ms: number;
}

/** Of the ways to the same servers, taken in turns. */
interface Samples {
  ours: Sample[];
  theirs: Sample[];
  retrying: Sample[];
}

async function measure(bench: Workbench): Promise<Figure[]> {
  await ensureWrk();
  const made = await startHostsWorld(2, { unsafeNoFsync: false });
  const { world, hosts } = made;
  const pids: number[] = [];
  try {
    const [near, far] = hosts;
    if (near === undefined || far === undefined) throw new Error('no hosts');
    pids.push(runHaproxy(far, world.folder, 'answers', answering()));
    pids.push(runHaproxy(near, world.folder, 'static', balancing(far.address)));
    const { spec } = await world.client.create(serviceKind, {
      ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'fast', namespace: NAMESPACE } },
      spec: { ports: [{ name: 'http', port: 80, targetPort: 9001 }] },
    });
    for (const port of PORTS) {
      await world.client.create(endpointSliceKind, {
        ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' as const },
        metadata: {
          ...{ name: `fast-${port}`, namespace: NAMESPACE },
          labels: { [SERVICE_NAME_LABEL]: 'fast' },
        },
        ports: [{ name: 'http', port, protocol: 'TCP' }],
        endpoints: [{ addresses: [far.address], conditions: { ready: true } }],
      });
    }
    await delay(SETTLE_MS);
    const samples: Samples = { ours: [], theirs: [], retrying: [] };
    for (let round = 1; round <= (bench.quick ? 1 : ROUNDS); round += 1) {
      samples.ours.push(await wrk(near, `http://${spec.clusterIP ?? ''}/`));
      samples.theirs.push(await wrk(near, `http://${near.address}:${STATIC_PORT}/`));
      samples.retrying.push(await wrk(near, `http://${near.address}:${RETRYING_PORT}/`));
      const last = (all: readonly Sample[]): string => short(all.at(-1)?.perSecond ?? 0);
      const { ours, theirs, retrying } = samples;
      bench.say(`${last(ours)} beside ${last(theirs)} a second, ${last(retrying)} with second tries`);
    }
    return figures(samples);
  } finally {
    await endProcesses(pids, 'SIGKILL');
    await made.stop();
  }
}

function figures({ ours, theirs, retrying }: Samples): Figure[] {
  const rates = (all: readonly Sample[]): number[] => all.map(({ perSecond }) => perSecond);
  const times = (all: readonly Sample[]): number[] => all.map(({ p99Ms }) => p99Ms);
  const rate = median(rates(ours)) / median(rates(theirs));
  const time = median(times(ours)) / median(times(theirs));
  return [
    {
      what: 'requests a second through a ClusterIP',
      target: '>= 0.97 x',
      measured: spread(rates(ours), '/s'),
      reference: `HAProxy by hand: ${spread(rates(theirs), '/s')}; with the same second tries: ${spread(rates(retrying), '/s')}, ${(median(rates(ours)) / median(rates(retrying))).toFixed(2)} x`,
      ratio: rate,
      met: rate >= 0.97,
    },
    {
      what: 'time of a request through a ClusterIP, p99',
      target: '<= 1.05 x',
      measured: spread(times(ours), 'ms'),
      reference: `HAProxy by hand: ${spread(times(theirs), 'ms')}`,
      ratio: time,
      met: time <= 1.05,
    },
  ];
}

async function ensureWrk(): Promise<void> {
  const run = programRunner();
  await run(['sh', '-c', 'command -v wrk']).catch(() => run(['apt-get', 'install', '-y', '-qq', 'wrk']));
}

async function wrk(from: Host, url: string): Promise<Sample> {
  const text = await from.run(['wrk', '-t1', '-c32', `-d${SECONDS}s`, '--latency', url]);
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]);
  const [, value = '', unit = ''] = /99%\s+([\d.]+)(us|ms|s)/.exec(text) ?? [];
  if (/Non-2xx|Socket errors/.test(text)) throw new Error(`wrk: ${text}`);
  return { perSecond, p99Ms: Number(value) * ({ us: 0.001, ms: 1, s: 1_000 }[unit] ?? NaN) };
}

function runHaproxy(host: Host, folder: string, name: string, config: string): number {
  const file = join(folder, `${name}.cfg`);
  writeFileSync(file, config);
  return startProgram([...host.through, 'haproxy', '-db', '-f', file], join(folder, `${name}.log`));
}

const DEFAULTS = `global
  maxconn 8000
defaults
  mode http
  timeout connect 2s
  timeout client 10m
  timeout server 10m
  timeout http-keep-alive 1m
`;

function answering(): string {
  const binds = PORTS.map((port) => `  bind *:${port}`).join('\n');
  return `${DEFAULTS}frontend answers\n${binds}\n  http-request return status 200 content-type text/plain string "hello"\n`;
}

function balancing(address: string): string {
  const servers = PORTS.map((port) => `  server s${port} ${address}:${port} check inter 30s`).join('\n');
  const way = (port: number, name: string, more: string): string =>
    `frontend in-${name}\n  bind *:${port}\n  option forwardfor\n  default_backend ${name}\nbackend ${name}\n  balance roundrobin\n${more}${servers}\n`;
  const secondTries = '  retries 3\n  option redispatch 1\n  retry-on conn-failure empty-response\n';
  return `${DEFAULTS}${way(STATIC_PORT, 'plain', '')}${way(RETRYING_PORT, 'retrying', secondTries)}`;
}
