// The service proxy of the host that the agent runs on: joins HAProxy, nftables and the route to the service range.
// Whatever else leads to Services in this network is left alone and told of.
import { PROXY_PORTS } from '@gantry/api/gateway/listeners';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { OperationalError } from '@gantry/kit/operational-error';
import type { Ids } from '@gantry/kit/random';
import { NODE_DNS } from '../dns/resolv-conf.ts';
import { applyNft } from './apply-nft.ts';
import { flowDropper } from './drop-flows.ts';
import { readSlots, writeInStep, writeSlots } from './haproxy-files.ts';
import { createHaproxyProcess } from './haproxy-process.ts';
import { lockNetwork, type NetworkLock } from './network-lock.ts';
import { NFT_TABLE, nftRemoval } from './nft-rules.ts';
import { listeningPorts } from './listening-ports.ts';
import { readOwner } from './read-running.ts';
import type { ProxyTraffic } from '../traffic-metrics/traffic-meter.ts';
import { programRunner } from '@gantry/kit/system-program';
import { createServiceProxy, type ServiceProxy } from './service-proxy.ts';

export interface HostProxyDeps {
  clock: Clock;
  ids: Ids;
  logger: Logger;
  /** Of the proxy alone. */
  folder: string;
  /** Names the node across clusters: see `nodeScope`. */
  owner: string;
  /** Addresses of this host. */
  ownAddresses(): ReadonlySet<string>;
  /** Whoever counts what goes through. */
  traffic?: ProxyTraffic | undefined;
}

/** Outside of node ports and of what the kernel gives to clients by itself. */
const LISTENERS = { httpPort: PROXY_PORTS.http, tcpPort: PROXY_PORTS.tcp };
const CONNECTIONS_MAX = 8_000;
/** Tells our routes from others': `ip route show proto 104`. */
const ROUTE_PROTOCOL = '104';

const runProgram = programRunner();

export function createHostProxy(deps: HostProxyDeps): ServiceProxy {
  const { clock, folder, owner } = deps;
  const haproxy = createHaproxyProcess({ clock, folder, through: [] });
  let lock: NetworkLock | undefined;
  return createServiceProxy({
    ...{ ...deps, haproxy, owner },
    settings: { ...LISTENERS, connectionsMax: CONNECTIONS_MAX, isCounted: deps.traffic !== undefined },
    files: {
      readSlots: () => readSlots(folder),
      writeSlots: (stored) => writeSlots(folder, stored),
      writeInStep: (rendered) => writeInStep(folder, rendered),
    },
    async applyRules(rules, serviceCidr) {
      await route(serviceCidr);
      // On the host itself, so that it is there whatever the pods' network is.
      await runProgram(['ip', 'address', 'replace', `${NODE_DNS}/32`, 'dev', 'lo', 'scope', 'host']);
      await applyNft(rules, []);
    },
    listeningPorts: () => listeningPorts([]),
    dropFlows: flowDropper(runProgram, deps.logger),
    async claimHost() {
      if (lock !== undefined) return;
      await haproxy.checkProgram();
      const taken = await lockNetwork();
      try {
        await refuseForeign(owner, () => haproxy.running());
        lock = taken;
      } catch (error) {
        await taken.release();
        throw error;
      }
    },
  });
}

/** A table of somebody else's whose HAProxy is gone is a leftover; one that serves is not ours to take over. */
async function refuseForeign(owner: string, own: () => Promise<string | undefined>): Promise<void> {
  const found = await tableOwner();
  if (found === undefined || found === owner || (await own()) !== undefined) return;
  const listening = await runProgram(['ss', '-Htln', `sport = :${LISTENERS.tcpPort}`]).catch(() => '');
  if (listening.trim() === '') return;
  throw new OperationalError(
    'proxy-taken',
    `the Services of this host's network are those of node ${found}; end that one with \`gantry down\`, or start this agent with --service-proxy off`,
  );
}

async function tableOwner(): Promise<string | undefined> {
  return readOwner(await runProgram(['nft', 'list', 'table', 'ip', NFT_TABLE]).catch(() => ''));
}

/**
 * A host that has no way to an address refuses to connect before any rule is asked. What no rule takes ends here, and
 * is not sent to the next router.
 */
async function route(serviceCidr: string): Promise<void> {
  await dropRoutes(serviceCidr);
  await runProgram(['ip', 'route', 'replace', serviceCidr, 'dev', 'lo', 'proto', ROUTE_PROTOCOL]);
}

async function dropRoutes(except?: string): Promise<void> {
  const lines = await runProgram(['ip', '-o', 'route', 'show', 'dev', 'lo', 'proto', ROUTE_PROTOCOL]);
  const cidrs = lines.split('\n').map((line) => line.trim().split(' ')[0] ?? '');
  for (const cidr of cidrs.filter((one) => one !== '' && one !== except))
    await runProgram(['ip', 'route', 'del', cidr, 'dev', 'lo', 'proto', ROUTE_PROTOCOL]);
}

/** Ends HAProxy and takes rules and route away, where they are this node's. Safe to repeat. */
export async function removeHostProxy({
  clock,
  folder,
  owner,
}: Omit<HostProxyDeps, 'ids' | 'logger' | 'ownAddresses'>): Promise<void> {
  await createHaproxyProcess({ clock, folder, through: [] }).end();
  if ((await tableOwner()) !== owner) return;
  await applyNft(nftRemoval(), []);
  await dropRoutes();
  await runProgram(['ip', 'address', 'del', `${NODE_DNS}/32`, 'dev', 'lo']).catch(() => undefined);
}
