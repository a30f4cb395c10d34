// Releases: what requests, weights, analyses and switches do on three hosts.
import { startHostsWorld } from '../../cluster/hosts-world.ts';
import { ReleaseStage } from '../../cluster/release-stage.ts';
import type { Bench, Workbench } from '../bench.ts';
import type { Figure } from '../figure.ts';
import { orFailure } from '../or-failure.ts';
import { failingCanary } from './failing-canary.ts';
import { idle } from './idle.ts';
import { killSwitch } from './kill-switch.ts';
import { underLoad } from './under-load.ts';
import { weightShare } from './weight-share.ts';

const NODES = 3;
/** In this order, on the same hosts. */
const PARTS = {
  'weight share': weightShare,
  'kill switch': killSwitch,
  'failing canary': failingCanary,
  'under load': underLoad,
};

export const releases: Bench = { name: 'releases', run: measure };

async function measure(bench: Workbench): Promise<Figure[]> {
  const figures = await orFailure('releases: on hosts', () => onHosts(bench));
  bench.say('idle …');
  return [...figures, ...(await orFailure('releases: idle', () => idle(bench)))];
}

async function onHosts(bench: Workbench): Promise<Figure[]> {
  const made = await startHostsWorld(NODES, { unsafeNoFsync: false });
  try {
    const stage = new ReleaseStage(made);
    const figures: Figure[] = [];
    for (const [name, part] of Object.entries(PARTS)) {
      bench.say(`${name} …`);
      figures.push(...(await orFailure(`releases: ${name}`, () => part(bench, stage))));
    }
    return figures;
  } finally {
    await made.stop();
  }
}
