// Releases: what requests, weights, analyses and switches do on three hosts; and, apart from them so that each can be
// measured alone, the kill switch, and Rollouts that have nothing to do.
import { startHostsWorld } from '../../cluster/hosts-world.ts';
import { ReleaseStage } from '../../cluster/release-stage.ts';
import type { Bench, Workbench } from '../bench.ts';
import type { Figure } from '../figure.ts';
import { orFailure } from '../or-failure.ts';
import { failingCanary } from './failing-canary.ts';
import { idle } from './idle.ts';
import { idleHour as hour } from './idle-hour.ts';
import { killSwitch } from './kill-switch.ts';
import { underLoad } from './under-load.ts';
import { weightShare } from './weight-share.ts';

const NODES = 3;
/** In this order, on the same hosts. */
type Parts = Readonly<Record<string, (bench: Workbench, stage: ReleaseStage) => Promise<Figure[]>>>;
const PARTS: Parts = {
  'weight share': weightShare,
  'failing canary': failingCanary,
  'under load': underLoad,
};

export const releases: Bench = { name: 'releases', run: (bench) => onHosts(bench, PARTS) };
export const releaseSwitch: Bench = {
  name: 'kill-switch',
  run: (bench) => onHosts(bench, { 'kill switch': killSwitch }),
};
export const idleReleases: Bench = { name: 'idle-releases', run: idle };
export const idleHour: Bench = { name: 'idle-hour', run: hour };

async function onHosts(bench: Workbench, parts: Parts): Promise<Figure[]> {
  const made = await startHostsWorld(NODES, { unsafeNoFsync: false });
  try {
    const stage = new ReleaseStage(made);
    const figures: Figure[] = [];
    for (const [name, part] of Object.entries(parts)) {
      bench.say(`${name} …`);
      figures.push(...(await orFailure(`releases: ${name}`, () => part(bench, stage))));
    }
    return figures;
  } finally {
    await made.stop();
  }
}
