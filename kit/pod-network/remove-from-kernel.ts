// Takes a node's pod network out of the kernel: rules, and with the last node of the cluster on this kernel routes and
// the VXLAN device. The bridge goes with the engine's network, before this. Safe to repeat. Thin.
import { isRecord } from '../is-record.ts';
import type { RunProgram } from '../system-program.ts';
import { acceptRule, podNetworkNames, ROUTE_PROTOCOL } from './names.ts';

/** More copies of one rule than this are nobody's doing. */
const COPIES_MAX = 16;
/** Docker's own place for rules of others, and where there is no Docker. */
export const ACCEPT_CHAINS = ['DOCKER-USER', 'FORWARD'] as const;

/** @param scope of the node: see kit/node-scope.ts. @throws OperationalError when what is there cannot be removed. */
export async function removeFromKernel(run: RunProgram, scope: string): Promise<void> {
  const names = podNetworkNames(scope);
  const tables = await run(['nft', 'list', 'tables', 'ip']).catch(() => '');
  if (tables.split('\n').includes(`table ip ${names.table}`))
    await run(['nft', 'delete', 'table', 'ip', names.table]);
  for (const chain of ACCEPT_CHAINS) await removeRule(run, ['-D', chain, ...acceptRule(names)]);
  // Where iproute2 is missing no agent ever made anything.
  const links: unknown = JSON.parse((await run(['ip', '-json', 'link', 'show']).catch(() => '')) || '[]');
  const linkNames = (links as unknown[]).flatMap((link) => (isRecord(link) ? [String(link['ifname'])] : []));
  // Another agent of this cluster on this kernel goes on with the same routes.
  if (linkNames.some((name) => name.startsWith(names.bridgePrefix) && name !== names.bridge)) return;
  if (linkNames.length === 0) return;
  const [protocol, metric] = [String(ROUTE_PROTOCOL), String(names.routeMetric)];
  await run(['ip', '-4', 'route', 'flush', 'proto', protocol, 'metric', metric]);
  if (linkNames.includes(names.vxlan)) await run(['ip', 'link', 'delete', names.vxlan]);
}

async function removeRule(run: RunProgram, rule: readonly string[]): Promise<void> {
  for (let copies = 0; copies < COPIES_MAX; copies += 1) {
    const isGone = await run(['iptables', '-w', '5', ...rule]).then(
      () => false,
      () => true,
    );
    if (isGone) return;
  }
}
