// Requests go on while the control plane and all agents are stopped.
import { setTimeout as delay } from 'node:timers/promises';
import { deploymentKind } from '@gantry/api/kinds/deployment';
import { startHostsWorld } from '../../cluster/hosts-world.ts';
import { failuresOf, startLoad } from '../../cluster/load/load.ts';
import type { Bench, Workbench } from '../bench.ts';
import type { Figure } from '../figure.ts';
import { fullLoad, makeWebService, untilAvailable, webDeployment } from './web.ts';

const REPLICAS = 6;
const AWAY_MS = 300_000;
const QUICK_MS = 15_000;

export const outage: Bench = { name: 'outage', run: measure };

async function measure(bench: Workbench): Promise<Figure[]> {
  const awayMs = bench.quick ? QUICK_MS : AWAY_MS;
  const made = await startHostsWorld(3, { unsafeNoFsync: false });
  const { world, hosts } = made;
  try {
    const address = await makeWebService(world);
    await world.client.create(deploymentKind, webDeployment(REPLICAS, 1));
    await untilAvailable(world, REPLICAS);
    const load = await startLoad(hosts[0]?.through ?? [], { ...fullLoad(address), pauseMs: 10 });
    await delay(1_000);
    for (const name of ['control-plane', 'n1', 'n2', 'n3']) await world.kill(name);
    bench.say(`control plane and agents are away for ${awayMs / 1_000} s`);
    await delay(awayMs);
    const report = await load.stop();
    const failed = failuresOf(report);
    const answered = Object.values(report).reduce((sum, way) => sum + way.answered, 0);
    return [
      {
        what: `control plane and all agents stopped for ${awayMs / 60_000} min under load: failed requests`,
        target: '0',
        measured: `${Object.values(failed).reduce((sum, n) => sum + n, 0)} of ${answered}`,
        reference: '',
        met: Object.keys(failed).length === 0,
      },
    ];
  } finally {
    await made.stop();
  }
}
