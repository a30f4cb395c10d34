// At which address a control plane is reached from other machines. Pure.
import { isIPv4 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';

const ANY = new Set(['0.0.0.0', '::', '']);

/**
 * The address to make known: what the operator says, else where it listens, else the machine's first address.
 *
 * @param host what `--listen` names; @param interfaces what `os.networkInterfaces()` answers.
 */
export function advertisedAddress(
  chosen: string | undefined,
  host: string,
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): string {
  if (chosen !== undefined) return chosen;
  if (isIPv4(host) && !ANY.has(host)) return host;
  const own = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  return ANY.has(host) && own !== undefined ? own.address : '127.0.0.1';
}
