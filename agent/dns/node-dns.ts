// The DNS of this node as a part of the agent: told of Services, it keeps the names; it listens as soon as the node has
// the address, and asks whom the host asks.
import type { AnyObject } from '@gantry/api/meta';
import { sleep, type Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { Random } from '@gantry/kit/random';
import { untilAborted } from '@gantry/kit/until-aborted';
import type { ServiceLists } from '../services/service-lists.ts';
import type { Upstream, UpstreamSockets } from './ask-upstreams.ts';
import type { DnsMetrics } from './dns-metrics.ts';
import { startDnsServer, type DnsServer } from './dns-server.ts';
import { parseResolvConf, resolversOf } from './host-resolv-conf.ts';
import { RecordIndex } from './record-index.ts';
import { createRecords } from './records.ts';

export interface NodeDnsDeps {
  clock: Clock;
  random: Random;
  logger: Logger;
  metrics: DnsMetrics;
  sockets: UpstreamSockets;
  address: string;
  port: number;
  clusterDomain: string;
  /** The host's resolv.conf as it is now. */
  readResolvConf(): Promise<string>;
}

export interface NodeDns {
  /** The newest lists. Objects that are the same as in the last ones are taken to be unchanged. */
  onServices(lists: Pick<ServiceLists, 'services' | 'slices'>): void;
  /** Why nobody is answered; undefined when all is well, or the first try is not over. */
  error(): string | undefined;
  /** Answers until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

/** The address is there only once the node leads to Services. */
const RETRY_MS = 1_000;
/** So long nothing is said. */
const QUIET_TRIES = 5;
const DNS_PORT = 53;
const RESOLVERS_EVERY_MS = 30_000;

export function createNodeDns(deps: NodeDnsDeps): NodeDns {
  return new Dns(deps);
}

class Dns implements NodeDns {
  readonly #deps: NodeDnsDeps;
  readonly #index = new RecordIndex();
  #known: Pick<ServiceLists, 'services' | 'slices'> = { services: [], slices: [] };
  #upstreams: readonly Upstream[] = [];
  #error: string | undefined;

  constructor(deps: NodeDnsDeps) {
    this.#deps = deps;
  }

  onServices(lists: Pick<ServiceLists, 'services' | 'slices'>): void {
    const index = this.#index;
    const { services, slices } = this.#known;
    this.#known = lists;
    if (!index.isRead) {
      index.replace(lists.services, lists.slices);
      return;
    }
    const service = changesOf(services, lists.services);
    const slice = changesOf(slices, lists.slices);
    for (const { metadata } of service.gone)
      index.deleteService(metadata.namespace ?? '', metadata.name ?? '');
    for (const { metadata } of slice.gone) index.deleteSlice(metadata.namespace ?? '', metadata.name ?? '');
    for (const object of service.fresh) index.setService(object);
    for (const object of slice.fresh) index.setSlice(object);
  }

  error(): string | undefined {
    return this.#error;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    const server = await this.#listen(signal);
    if (server === undefined) return;
    this.#deps.logger.info('DNS answers', { address: this.#deps.address });
    while (!signal.aborted) {
      await untilAborted(this.#readResolvers(), signal).catch(() => undefined);
      await sleep(clock, RESOLVERS_EVERY_MS, signal).catch(() => undefined);
    }
    await server.close();
  }

  async #listen(signal: AbortSignal): Promise<DnsServer | undefined> {
    const { address, port, clusterDomain, clock, logger } = this.#deps;
    const records = createRecords(this.#index, clusterDomain);
    await this.#readResolvers();
    for (let tries = 1; !signal.aborted; tries += 1) {
      try {
        const server = await startDnsServer(
          { ...this.#deps, records, upstreams: () => this.#upstreams },
          address,
          port,
        );
        this.#error = undefined;
        return server;
      } catch (error) {
        const text = `DNS does not answer at ${address}: ${messageOf(error)}`;
        if (tries > QUIET_TRIES && this.#error !== text)
          logger.warn('DNS does not answer yet', { error: messageOf(error) });
        if (tries > QUIET_TRIES) this.#error = text;
        await sleep(clock, RETRY_MS, signal).catch(() => undefined);
      }
    }
    return undefined;
  }

  async #readResolvers(): Promise<void> {
    const { address, logger } = this.#deps;
    try {
      const conf = parseResolvConf(await this.#deps.readResolvConf());
      this.#upstreams = resolversOf(conf, [address]).map((one) => ({ address: one, port: DNS_PORT }));
    } catch (error) {
      logger.warn("the host's resolvers cannot be read", { error: messageOf(error) });
    }
  }
}

/** What is new or another value, and what is there no more. */
function changesOf<T extends AnyObject>(before: readonly T[], now: readonly T[]): { fresh: T[]; gone: T[] } {
  const known = new Set(before);
  const names = new Set(now.map(nameOf));
  return {
    fresh: now.filter((object) => !known.has(object)),
    gone: before.filter((object) => !names.has(nameOf(object))),
  };
}

function nameOf({ metadata: { namespace = '', name = '' } }: AnyObject): string {
  return `${namespace}/${name}`;
}
