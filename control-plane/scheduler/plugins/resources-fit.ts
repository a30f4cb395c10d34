// A node takes no more than it has: CPU, memory, every other resource it declares, and a number of pods.
// All that is missing is told, not only the first.
import type { FilterPlugin } from '../plugin.ts';

/** Nodes that do not measure their disk do not limit it either. */
const UNLIMITED_WHEN_UNDECLARED: ReadonlySet<string> = new Set(['ephemeral-storage']);

export const resourcesFit: FilterPlugin = {
  name: 'NodeResourcesFit',
  scope: 'node',
  prepare(pod) {
    const { cpuMilli, memoryBytes, others } = pod.needs.requests;
    const otherNames = Object.keys(others);
    return ({ requested, pods }, { allocatable, podsMax }) => {
      let missing: string[] | undefined;
      if (pods.size + 1 > podsMax) (missing ??= []).push('Too many pods');
      if (cpuMilli > 0 && requested.cpuMilli + cpuMilli > allocatable.cpuMilli) {
        (missing ??= []).push('Insufficient cpu');
      }
      if (memoryBytes > 0 && requested.memoryBytes + memoryBytes > allocatable.memoryBytes) {
        (missing ??= []).push('Insufficient memory');
      }
      for (const name of otherNames) {
        const has = allocatable.others[name];
        if (has === undefined && UNLIMITED_WHEN_UNDECLARED.has(name)) continue;
        const asked = others[name] ?? 0;
        if (asked > 0 && (requested.others[name] ?? 0) + asked > (has ?? 0)) {
          (missing ??= []).push(`Insufficient ${name}`);
        }
      }
      return missing;
    };
  },
  curedBy: (change) =>
    change.type === 'node-added' ||
    change.type === 'pod-left' ||
    (change.type === 'node-changed' && change.parts.has('allocatable')),
};
