// A whole hollow host: disk, engine and machine that know each other. It outlives the agents that run on it; who holds it
// holds the switches, and sees from outside what really runs.
import type { Clock } from '@gantry/kit/clock';
import { invariant } from '@gantry/kit/invariant';
import type { Ids, Random } from '@gantry/kit/random';
import { createHollowDisk, type HollowDisk } from '../machine/hollow/hollow-disk.ts';
import { createHollowMachine } from '../machine/hollow/hollow-machine.ts';
import type { Machine, MachineLoad } from '../machine/machine.ts';
import {
  createHollowEngine,
  type HollowEngine,
  type HollowEngineOptions,
} from '../runtime/hollow/hollow-engine.ts';
import { createHollowRuntime } from '../runtime/hollow/hollow-runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';

export interface HollowHostOptions extends Pick<HollowEngineOptions, 'behaviour' | 'registry' | 'sandboxMs'> {
  clock: Clock;
  random: Random;
  ids: Ids;
  /** Of the node. */
  name: string;
  /** Which of all hosts it is, below {@link HOLLOW_HOSTS_MAX}: its addresses follow from that. */
  index: number;
  cpuMilli?: number;
  memoryBytes?: number;
  /** What the machine says of itself, in place of a machine with room. */
  load?: () => MachineLoad;
}

export interface HollowHost {
  readonly engine: HollowEngine;
  /** For the agent, and the next one. */
  readonly machine: Machine;
  readonly disk: HollowDisk;
  /** A runtime for one agent. Close the last one's first: it answers no more, whatever that agent still does. */
  openRuntime(): Runtime;
  powerOff(): void;
  powerOn(): void;
}

/** As many as have addresses of their own. */
export const HOLLOW_HOSTS_MAX = 16_384;

const CPU_MILLI = 8_000;
const MEMORY_BYTES = 32 * 1024 ** 3;
const DISK_BYTES = 100 * 1024 ** 3;

export function createHollowHost(options: HollowHostOptions): HollowHost {
  const { clock, name, index, cpuMilli = CPU_MILLI, memoryBytes = MEMORY_BYTES } = options;
  invariant(index >= 0 && index < HOLLOW_HOSTS_MAX, `there is no address for hollow host ${String(index)}`);
  const disk = createHollowDisk();
  const [high, low] = [index >> 8, index & 255].map(String) as [string, string];
  const hostAddress = `10.${String(128 + Number(high))}.${low}.1`;
  const podSubnet = `10.${String(64 + Number(high))}.${low}`;
  const engine = createHollowEngine({ ...options, disk, podSubnet, hostAddress, cpuMilli, memoryBytes });
  let boots = 1;
  const machine = createHollowMachine({
    ...{ clock, disk, network: engine.network },
    facts: () => ({
      ...{ machineId: name, systemUuid: name, bootId: `${name}-${String(boots)}` },
      ...{ address: hostAddress, isRoot: true, system: engine.info() },
    }),
    load: options.load ?? (() => roomy(memoryBytes)),
    usage: () => usageOf(engine, clock),
  });
  return {
    ...{ engine, machine, disk },
    openRuntime: () => createHollowRuntime({ engine, nodeName: name }),
    powerOff: () => engine.powerOff(),
    powerOn() {
      boots += 1;
      engine.powerOn();
    },
  };
}

function roomy(memoryBytes: number): MachineLoad {
  return { memoryAvailableBytes: memoryBytes, diskFreeBytes: DISK_BYTES * 0.9, diskTotalBytes: DISK_BYTES };
}

function usageOf(engine: HollowEngine, clock: Clock) {
  const usage = engine.usage();
  return {
    cpuMilli: usage.reduce((sum, one) => sum + one.cpuMilli, 0),
    memoryBytes: usage.reduce((sum, one) => sum + one.memoryBytes, 0),
    atMs: clock.nowMs(),
  };
}
