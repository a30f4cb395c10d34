// From a pod that becomes ready in the API until every proxy of three nodes sends connections there.
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { nodeKind } from '@gantry/api/kinds/node';
import { startHostsWorld } from '../../cluster/hosts-world.ts';
import { endProcesses, startProgram } from '../../cluster/hosts/host-programs.ts';
import type { LocalWorld } from '../../cluster/local-world.ts';
import type { Bench, Workbench } from '../bench.ts';
import { percentiles, quantile, type Figure } from '../figure.ts';
import { NAMESPACE } from '../workload.ts';
import { watchFlips } from './flip.ts';
import { APP, makeWebService } from './web.ts';
import { join } from 'node:path';

const ROUNDS = 50;
const POD = { namespace: NAMESPACE, name: 'ghost' };

export const endpointChange: Bench = { name: 'endpoint-change', run: measure };

/** The pod is one in the API alone, on a node without an agent: what answers at its address is a program of ours. */
async function measure(bench: Workbench): Promise<Figure[]> {
  const made = await startHostsWorld(3, { unsafeNoFsync: false });
  const { world, hosts } = made;
  const pids: number[] = [];
  try {
    const address = await makeWebService(world);
    const server = hosts[0];
    if (server === undefined) throw new Error('no host');
    const answer = "require('net').createServer((s) => s.on('error', () => {}).end('hello')).listen(8080)";
    pids.push(
      startProgram([...server.through, process.execPath, '-e', answer], join(world.folder, 'answers.log')),
    );
    await world.client.create(nodeKind, {
      ...{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'ghost' }, spec: { unschedulable: true } },
    });
    await world.client.create(podKind, {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { ...POD, labels: { app: APP } } },
      spec: {
        nodeName: 'ghost',
        containers: [{ name: 'main', image: 'none', ports: [{ name: 'http', containerPort: 8080 }] }],
      },
    });
    const flips = hosts.map(({ through }) => watchFlips(through, address, 81));
    const samples: number[] = [];
    for (let round = 1; round <= (bench.quick ? 5 : ROUNDS); round += 1) {
      await Promise.all(flips.map((flip) => flip.until('silent')));
      const beganMs = Date.now();
      await setReady(world, server.address, true);
      const times = await Promise.all(flips.map((flip) => flip.until('answers')));
      samples.push(Math.max(...times) - beganMs);
      await setReady(world, server.address, false);
    }
    for (const flip of flips) flip.stop();
    return [
      {
        what: 'pod ready -> every proxy of 3 nodes sends connections there',
        target: 'p99 <= 150 ms',
        measured: percentiles(samples, 'ms'),
        reference: '',
        met: quantile(samples, 0.99) <= 150,
      },
    ];
  } finally {
    await endProcesses(pids, 'SIGKILL');
    await made.stop();
  }
}

async function setReady({ client }: LocalWorld, podIP: string, isReady: boolean): Promise<void> {
  const status: Pod['status'] = {
    ...{ phase: 'Running', podIP, podIPs: [{ ip: podIP }], hostIP: podIP },
    conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
  };
  await client.patch(podKind, POD, 'merge', { status }, { subresource: 'status' });
}
