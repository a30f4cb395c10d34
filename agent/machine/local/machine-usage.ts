// How busy the machine is, from the kernel's own counters.
import { readFileSync } from 'node:fs';
import type { Clock } from '@gantry/kit/clock';
import { CPU_INTERVAL_MIN_MS } from '../../runtime/cpu-rate.ts';
import type { MachineUsage } from '../machine.ts';

/** Counters of `/proc/stat` in ticks. */
export interface CpuTicks {
  busy: number;
  total: number;
  cores: number;
}

/** @returns a function that reads; undefined on a machine without these files. */
export function createMachineUsage(deps: {
  clock: Clock;
  /** Reads a file of the kernel; for tests. */
  read?: (path: string) => string;
}): () => MachineUsage | undefined {
  const read = deps.read ?? ((path: string) => readFileSync(path, 'utf8'));
  let before: CpuTicks & { atMs: number } = { busy: 0, total: 0, cores: 0, atMs: Number.NEGATIVE_INFINITY };
  let last: MachineUsage | undefined;
  return () => {
    const atMs = deps.clock.nowMs();
    if (last !== undefined && atMs - before.atMs < CPU_INTERVAL_MIN_MS) return last;
    try {
      const ticks = parseCpuTicks(read('/proc/stat'));
      const memoryBytes = parseUsedMemory(read('/proc/meminfo'));
      last = { cpuMilli: cpuMilliOf(before, ticks), memoryBytes, atMs };
      before = { ...ticks, atMs };
      return last;
    } catch {
      return undefined;
    }
  };
}

function cpuMilliOf(before: CpuTicks, after: CpuTicks): number {
  const total = after.total - before.total;
  return total <= 0 ? 0 : Math.round(((after.busy - before.busy) / total) * after.cores * 1000);
}

/** Reads the text of `/proc/stat`. Waiting for a disk is idle time. */
export function parseCpuTicks(text: string): CpuTicks {
  const lines = text.split('\n');
  const [, ...ticks] = (lines[0] ?? '').trim().split(/\s+/).map(Number);
  // user nice system idle iowait irq softirq steal; guest time is part of user time already.
  const counted = ticks.slice(0, 8);
  const total = counted.reduce((sum, value) => sum + value, 0);
  const idle = (counted[3] ?? 0) + (counted[4] ?? 0);
  return { busy: total - idle, total, cores: lines.filter((line) => /^cpu\d/.test(line)).length };
}

/** Reads the text of `/proc/meminfo`, which counts in KiB. */
export function parseUsedMemory(text: string): number {
  const kibOf = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return (kibOf('MemTotal') - kibOf('MemAvailable')) * 1024;
}
