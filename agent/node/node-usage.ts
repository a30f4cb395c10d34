// How much of the machine is in use, by the kernel's own counters. CPU use is the difference of two samples; one is
// taken in each round of the node, so that an answer never has to wait for the second.
import { readFile } from 'node:fs/promises';
import type { Clock } from '@gantry/kit/clock';

export interface NodeUsage {
  sample(): Promise<void>;
  read(): Promise<{ cpuMilli: number; memoryBytes: number; atMs: number }>;
}

interface Sample {
  atMs: number;
  /** Busy time of all cores, in kernel ticks. */
  busyTicks: number;
}

/** Linux counts in hundredths of a second. */
const TICK_MS = 10;
/** Shorter spans say little. */
const SPAN_MIN_MS = 1_000;

export function createNodeUsage(clock: Clock): NodeUsage {
  let older: Sample | undefined;
  let newer: Sample | undefined;
  const take = async (): Promise<Sample> => ({ atMs: clock.nowMs(), busyTicks: await readBusyTicks() });
  return {
    async sample() {
      older = newer;
      newer = await take();
    },
    async read() {
      const now = await take();
      const base = newer !== undefined && now.atMs - newer.atMs >= SPAN_MIN_MS ? newer : older;
      const spanMs = base === undefined ? 0 : now.atMs - base.atMs;
      const busyMs = base === undefined ? 0 : (now.busyTicks - base.busyTicks) * TICK_MS;
      const cpuMilli = spanMs === 0 ? 0 : Math.round((busyMs / spanMs) * 1000);
      return { cpuMilli, memoryBytes: await readMemoryBytes(), atMs: now.atMs };
    },
  };
}

/** user, nice, system, irq, softirq and steal; not idle and iowait. */
async function readBusyTicks(): Promise<number> {
  const [line = ''] = (await readFile('/proc/stat', 'utf8').catch(() => '')).split('\n', 1);
  const ticks = line.split(/\s+/).slice(1).map(Number);
  return [0, 1, 2, 5, 6, 7].reduce((sum, column) => sum + (ticks[column] ?? 0), 0);
}

async function readMemoryBytes(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const value = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0);
  return (value('MemTotal') - value('MemAvailable')) * 1024;
}
