// A node takes no more than it has: CPU, memory, every other resource it declares, and a number of pods.
// All that is missing is told, not only the first.
import { amountOfOther } from '../amounts.ts';
import type { NodeFilter } from '../plugin.ts';

export const resourcesFit: NodeFilter = {
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
        const asked = others[name] ?? 0;
        if (asked > 0 && (requested.others[name] ?? 0) + asked > amountOfOther(allocatable, name)) {
          (missing ??= []).push(`Insufficient ${name}`);
        }
      }
      return missing;
    };
  },
  curedBy: (changes, { requests }) => changes.hasRoomFor(requests),
};
