// A port of the host belongs to one pod at a time, per address and protocol.
import type { NodeFilter } from '../plugin.ts';

const REFUSAL = ["node(s) didn't have free ports for the requested pod ports"];

export const hostPorts: NodeFilter = {
  name: 'NodePorts',
  scope: 'node',
  prepare(pod) {
    const wanted = pod.needs.hostPorts;
    if (wanted.length === 0) return undefined;
    return (node) =>
      wanted.some(({ protocol, hostIp, port }) => node.holdsPort(protocol, hostIp, port))
        ? REFUSAL
        : undefined;
  },
  curedBy: (changes) => changes.nodeAdded || changes.hostPortFreed,
};
