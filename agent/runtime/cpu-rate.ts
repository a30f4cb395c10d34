// From two readings of a counter of CPU time to a rate. Pure.

/** CPU time used so far, in nanoseconds, at a moment. */
export interface CpuReading {
  cpuNs: number;
  atMs: number;
}

/** Readings closer together than this say more about the clock than about the work. */
export const CPU_INTERVAL_MIN_MS = 200;

const NS_PER_MS = 1e6;

/** Thousandths of a core between two readings; undefined when they are too close together. */
export function cpuMilliBetween(before: CpuReading, after: CpuReading): number | undefined {
  const tookMs = after.atMs - before.atMs;
  if (tookMs < CPU_INTERVAL_MIN_MS) return undefined;
  const usedMs = Math.max(0, after.cpuNs - before.cpuNs) / NS_PER_MS;
  return Math.round((usedMs / tookMs) * 1000);
}
