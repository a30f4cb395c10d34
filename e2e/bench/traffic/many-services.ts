// 500 Services with 4 endpoints each on one node: the agent's memory, and how long one changed endpoint takes.
import { join } from 'node:path';
import { askHaproxy } from '@gantry/agent/service-proxy/haproxy-cli';
import { endpointSliceKind, SERVICE_NAME_LABEL, type EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import { leaseKind, PROXY_REVISION_ANNOTATION } from '@gantry/api/kinds/lease';
import { serviceKind } from '@gantry/api/kinds/service';
import { mapBounded } from '@gantry/kit/map-bounded';
import { startHostsWorld } from '../../cluster/hosts-world.ts';
import { endProcesses, startProgram } from '../../cluster/hosts/host-programs.ts';
import { waitFor, type LocalWorld } from '../../cluster/local-world.ts';
import type { Bench, Workbench } from '../bench.ts';
import { percentiles, quantile, short, type Figure } from '../figure.ts';
import { residentMegabytes } from '../process-usage.ts';
import { NAMESPACE } from '../workload.ts';
import { watchFlips } from './flip.ts';

const SERVICES = 500;
const ENDPOINTS = 4;
const CHANGES = 30;
const AT_ONCE = 16;

export const manyServices: Bench = { name: 'many-services', run: measure };

async function measure(bench: Workbench): Promise<Figure[]> {
  const made = await startHostsWorld(1, { unsafeNoFsync: false });
  const { world, hosts } = made;
  const pids: number[] = [];
  try {
    const host = hosts[0];
    if (host === undefined) throw new Error('no host');
    const answer = "require('net').createServer((s) => s.on('error', () => {}).end('hello')).listen(8080)";
    pids.push(
      startProgram([...host.through, process.execPath, '-e', answer], join(world.folder, 'answers.log')),
    );
    const numbers = Array.from({ length: SERVICES }, (_, number) => number);
    await mapBounded(numbers, AT_ONCE, async (number) => makeService(world, number));
    const first = await world.client.get(serviceKind, { namespace: NAMESPACE, name: nameOf(0) });
    const { metadata } = await setSlice(world, []);
    await waitFor('the proxy', async () => (await told(world)) >= Number(metadata.resourceVersion));
    const generation = await generationOf(world);
    const flip = watchFlips(host.through, first.spec.clusterIP ?? '', 80);
    const samples: number[] = [];
    for (let change = 1; change <= (bench.quick ? 5 : CHANGES); change += 1) {
      await flip.until('silent');
      const beganMs = Date.now();
      await setSlice(world, [host.address]);
      samples.push((await flip.until('answers')) - beganMs);
      await setSlice(world, []);
    }
    flip.stop();
    const megabytes = residentMegabytes(world.pidOf('n1'));
    const reloaded = (await generationOf(world)) !== generation;
    return [
      {
        what: `${SERVICES} Services with ${ENDPOINTS} endpoints each: resident memory of the agent`,
        target: '<= 160 MB',
        measured: `${short(megabytes)} MB`,
        reference: '',
        met: megabytes <= 160,
      },
      {
        what: `${SERVICES} Services: one endpoint changed in the API -> connections go there`,
        target: '<= 50 ms, no reload',
        measured: `${percentiles(samples, 'ms')}${reloaded ? ', reloaded' : ', no reload'}`,
        reference: '',
        met: quantile(samples, 0.5) <= 50 && !reloaded,
      },
    ];
  } finally {
    await endProcesses(pids, 'SIGKILL');
    await made.stop();
  }
}

const nameOf = (number: number): string => `service-${number}`;

async function makeService({ client }: LocalWorld, number: number): Promise<void> {
  await client.create(serviceKind, {
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: nameOf(number), namespace: NAMESPACE } },
    spec: { ports: [{ name: 'raw', port: 80, targetPort: 8080 }] },
  });
  const addresses = Array.from({ length: ENDPOINTS }, (_, at) => `10.250.${number % 250}.${at + 1}`);
  await client.create(endpointSliceKind, sliceOf(number, addresses));
}

function sliceOf(number: number, addresses: readonly string[]): EndpointSlice {
  const name = nameOf(number);
  return {
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' as const },
    metadata: { name, namespace: NAMESPACE, labels: { [SERVICE_NAME_LABEL]: name } },
    ports: [{ name: 'raw', port: 8080, protocol: 'TCP' }],
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
  };
}

/** The first Service's. */
async function setSlice({ client }: LocalWorld, addresses: readonly string[]): Promise<EndpointSlice> {
  const { endpoints } = sliceOf(0, addresses);
  const key = { namespace: NAMESPACE, name: nameOf(0) };
  return client.patch(endpointSliceKind, key, 'merge', { endpoints });
}

async function told({ client }: LocalWorld): Promise<number> {
  const { metadata } = await client.get(leaseKind, { namespace: 'kube-node-lease', name: 'n1' });
  return Number(metadata.annotations?.[PROXY_REVISION_ANNOTATION] ?? 0);
}

/** Another after each reload. */
async function generationOf({ folder }: LocalWorld): Promise<string> {
  const [info = ''] = await askHaproxy(join(folder, 'agents', 'n1', 'proxy', 'admin.sock'), ['show info']);
  return /^Pid: (\d+)/m.exec(info)?.[1] ?? '';
}
