// What tests of followers share: a machine of which only the disk is asked.
import type { VirtualClock } from '@gantry/kit/virtual-clock';
import { createHollowDisk } from '../machine/hollow/hollow-disk.ts';
import { createHollowMachine, type emptyCheckpoints } from '../machine/hollow/hollow-machine.ts';
import type { Machine } from '../machine/machine.ts';

/** @param checkpoints what is on its disk, from one start of the agent to the next. */
export function diskMachine(
  clock: VirtualClock,
  checkpoints: ReturnType<typeof emptyCheckpoints>,
): Pick<Machine, 'checkpoint'> {
  return createHollowMachine({
    ...{ clock, disk: createHollowDisk(), checkpoints },
    network: undefined as never,
    facts: () => undefined as never,
    load: () => ({}),
    usage: () => ({ cpuMilli: 0, memoryBytes: 0, atMs: 0 }),
  });
}
