// The addresses of the host that the agent runs on, in its network.
import { networkInterfaces } from 'node:os';

/** As they are now, of all interfaces. */
export function hostAddresses(): ReadonlySet<string> {
  const all = Object.values(networkInterfaces());
  return new Set(all.flatMap((entries = []) => entries.map(({ address }) => address)));
}
