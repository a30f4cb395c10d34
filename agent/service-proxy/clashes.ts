// Addresses and node ports that two ports of Services claim. Pure. The API server gives out none twice; should it happen,
// one Service has it, and always the same.

/** What is claimed. */
export interface Claim {
  readonly key: string;
  readonly clusterIP?: string;
  readonly port: number;
  readonly nodePort?: number;
}

/** Of one protocol: another protocol's ports are others. */
export type ClashIssue =
  { type: 'address-taken'; key: string; by: string } | { type: 'node-port-taken'; key: string; by: string };

/** Those that have what they claim; one whose node port is another's is served without it. */
export function withoutClashes<T extends Claim>(
  services: readonly T[],
  tell: (issue: ClashIssue) => void,
): T[] {
  const keys = new Set<string>();
  const addresses = new Map<string, string>();
  const nodePorts = new Map<number, string>();
  return services.flatMap((service): T[] => {
    const { key, clusterIP = '', port, nodePort } = service;
    const by = keys.has(key) ? key : addresses.get(`${clusterIP}:${port}`);
    if (by !== undefined) {
      tell({ type: 'address-taken', key, by });
      return [];
    }
    keys.add(key);
    addresses.set(`${clusterIP}:${port}`, key);
    if (nodePort === undefined) return [service];
    const nodePortBy = nodePorts.get(nodePort);
    if (nodePortBy === undefined) {
      nodePorts.set(nodePort, key);
      return [service];
    }
    tell({ type: 'node-port-taken', key, by: nodePortBy });
    const rest = { ...service };
    delete (rest as { nodePort?: number }).nodePort;
    return [rest];
  });
}
