// The Services and EndpointSlices of the cluster as this node knows them: followed from the API and kept on disk, so that
// an agent that starts while the control plane is away has what its predecessor had.
import type { Client } from '@gantry/api/client';
import type { KindDefinition } from '@gantry/api/definition';
import { createInformer, type Informer, type InformerEvent } from '@gantry/api/informer';
import { endpointSliceKind, type EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import { API_SERVICE, SERVICE_CIDR_ANNOTATION, serviceKind, type Service } from '@gantry/api/kinds/service';
import { keyOf, keyText, type AnyObject } from '@gantry/api/meta';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { Random } from '@gantry/kit/random';
import type { DurableFolder } from '../machine/machine.ts';
import type { RouteLists } from '../service-proxy/routes/route-lists.ts';
import type { SplitLists } from './split-follower.ts';
import { withoutHistory } from './without-history.ts';
import { restartableRun, type RestartableRun } from '../restartable-run.ts';

/** Whole lists, and how far they reach. */
export interface ServiceLists {
  services: readonly Service[];
  slices: readonly EndpointSlice[];
  /** All changes of EndpointSlices up to this revision are in the lists; undefined for lists from the disk. */
  revision: string | undefined;
  /** The range that addresses of Services come from; undefined as long as the control plane has not told it. */
  serviceCidr: string | undefined;
  /** Gateways, routes and Ingresses; absent as long as nobody has told of them. */
  routes?: RouteLists;
  /** Absent as long as nobody has told of them. */
  splits?: SplitLists;
}

export interface ServiceListsDeps {
  client: Pick<Client, 'list' | 'watch'>;
  clock: Clock;
  random: Random;
  logger: Logger;
  checkpoint: Pick<DurableFolder, 'put' | 'remove' | 'load' | 'flush'>;
  /** Called with the newest lists, once for all changes that arrive together. */
  onLists(lists: ServiceLists): void;
}

export interface ServiceFollower {
  /** Follows until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
  /** The control plane is back: asks again at once. */
  retryNow(): void;
}

/** Changes that arrive within this time are told together. */
const GATHER_MS = 5;

export function followServices(deps: ServiceListsDeps): ServiceFollower {
  return new Follower(deps);
}

class Follower implements ServiceFollower {
  readonly #deps: ServiceListsDeps;
  readonly #services: Informer<Service>;
  readonly #slices: Informer<EndpointSlice>;
  #isTelling = false;
  #runs: RestartableRun[] = [];
  /** What the disk had; some of it may be no more. */
  readonly #restored = new Set<string>();

  constructor(deps: ServiceListsDeps) {
    this.#deps = deps;
    this.#services = this.#informer(serviceKind);
    this.#slices = this.#informer(endpointSliceKind);
  }

  retryNow(): void {
    for (const run of this.#runs) run.again();
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#restore();
    const both = [this.#services, this.#slices];
    this.#runs = both.map((informer) => restartableRun((one) => informer.run(one), signal));
    await Promise.all(this.#runs.map((run) => run.start()));
    await this.#deps.checkpoint.flush();
  }

  #informer<T extends AnyObject>(definition: KindDefinition<T>): Informer<T> {
    const { client, clock, random, logger } = this.#deps;
    return createInformer<T>({
      ...{ client, clock, random, definition },
      onEvent: (event) => this.#onEvent(event),
      onSynced: () => {
        this.#forgetGone();
        this.#tellSoon();
      },
      onFault: (error, retryInMs) =>
        logger.warn('Services cannot be followed', {
          ...{ resource: definition.resource, error: messageOf(error), retryInMs },
        }),
    });
  }

  #onEvent({ type, object }: InformerEvent<AnyObject>): void {
    const { uid = '' } = object.metadata;
    if (type === 'delete') this.#deps.checkpoint.remove(uid);
    else this.#deps.checkpoint.put(uid, withoutHistory(object));
    this.#tellSoon();
  }

  /** Half of the lists would take every pod from every Service. */
  #tellSoon(): void {
    if (this.#isTelling || !this.#services.synced || !this.#slices.synced) return;
    this.#isTelling = true;
    this.#deps.clock.schedule(GATHER_MS, () => {
      this.#isTelling = false;
      const [services, slices] = [this.#services.list(), this.#slices.list()];
      this.#deps.onLists({
        services,
        slices,
        revision: this.#slices.revision,
        serviceCidr: cidrOf(services),
      });
    });
  }

  #forgetGone(): void {
    if (!this.#services.synced || !this.#slices.synced) return;
    const present = [...this.#services.list(), ...this.#slices.list()];
    for (const { metadata } of present) this.#restored.delete(metadata.uid ?? '');
    for (const uid of this.#restored) this.#deps.checkpoint.remove(uid);
    this.#restored.clear();
  }

  async #restore(): Promise<void> {
    const objects = [...(await this.#deps.checkpoint.load()).values()] as AnyObject[];
    for (const { metadata } of objects) this.#restored.add(metadata.uid ?? '');
    const services = objects.filter(({ kind }) => kind === serviceKind.kind) as Service[];
    const slices = objects.filter(({ kind }) => kind === endpointSliceKind.kind) as EndpointSlice[];
    if (services.length === 0) return;
    this.#deps.onLists({ services, slices, revision: undefined, serviceCidr: cidrOf(services) });
  }
}

function cidrOf(services: readonly Service[]): string | undefined {
  const api = services.find((service) => keyText(keyOf(service)) === keyText(API_SERVICE));
  return api?.metadata.annotations?.[SERVICE_CIDR_ANNOTATION];
}
