// The Gateways, routes and Ingresses of the cluster as this node knows them, with the certificates that they name: followed
// from the API and kept on disk. Told only when whole: half of it would close listeners that work.
import type { Client } from '@gantry/api/client';
import type { KindDefinition } from '@gantry/api/definition';
import { ourGateways, ourIngresses } from '@gantry/api/gateway/classes';
import { namedCertificates, type CertificateRef } from '@gantry/api/gateway/references';
import { createInformer, type Informer, type InformerEvent } from '@gantry/api/informer';
import { gatewayClassKind } from '@gantry/api/kinds/gateway-class';
import { gatewayKind } from '@gantry/api/kinds/gateway';
import { httpRouteKind } from '@gantry/api/kinds/http-route';
import { ingressClassKind } from '@gantry/api/kinds/ingress-class';
import { ingressKind } from '@gantry/api/kinds/ingress';
import { referenceGrantKind } from '@gantry/api/kinds/reference-grant';
import type { Secret } from '@gantry/api/kinds/secret';
import { tcpRouteKind } from '@gantry/api/kinds/tcp-route';
import type { AnyObject } from '@gantry/api/meta';
import { StatusError } from '@gantry/api/status-error';
import type { Clock } from '@gantry/kit/clock';
import { groupBy } from '@gantry/kit/group-by';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { Random } from '@gantry/kit/random';
import type { Machine } from '../machine/machine.ts';
import { restartableRun, type RestartableRun } from '../restartable-run.ts';
import type { RouteLists } from '../service-proxy/routes/route-lists.ts';
import { createSourceWatcher, type SourceWatcher } from '../volumes/source-watcher.ts';
import type { SourceRef } from '../volumes/sources.ts';
import { withoutHistory } from './without-history.ts';

export interface RouteFollowerDeps {
  client: Pick<Client, 'list' | 'watch'>;
  clock: Clock;
  random: Random;
  logger: Logger;
  machine: Pick<Machine, 'checkpoint'>;
  /** Called when {@link RouteFollower.lists} has something new. */
  onChange(): void;
}

export interface RouteFollower {
  /** The newest lists that are whole; undefined as long as there are none. */
  lists(): RouteLists | undefined;
  /** Follows until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
  /** The control plane is back: asks again at once. */
  retryNow(): void;
}

/** By the field of the lists that holds them. */
const KINDS = {
  classes: gatewayClassKind,
  gateways: gatewayKind,
  httpRoutes: httpRouteKind,
  tcpRoutes: tcpRouteKind,
  grants: referenceGrantKind,
  ingressClasses: ingressClassKind,
  ingresses: ingressKind,
} as unknown as Readonly<Record<Field, KindDefinition>>;
type Field = Exclude<keyof RouteLists, 'secrets'>;
const FIELDS = Object.keys(KINDS) as Field[];

/** Changes that arrive within this time are told together. */
const GATHER_MS = 5;
/** Who names the certificates, to the watcher that pods use too. */
const USER = 'routes';
/** A control plane that is older than this agent: neither served nor allowed. */
export const UNSERVED_CODES = new Set([403, 404]);

export function followRoutes(deps: RouteFollowerDeps): RouteFollower {
  return new Follower(deps);
}

class Follower implements RouteFollower {
  readonly #deps: RouteFollowerDeps;
  readonly #informers: ReadonlyMap<Field, Informer<AnyObject>>;
  readonly #secrets: SourceWatcher;
  readonly #checkpoint: ReturnType<Machine['checkpoint']>;
  /** Kinds that the control plane does not serve; they are asked for again by and by. */
  readonly #unserved = new Set<Field>();
  /** What the disk had, until the API has told. */
  #restored: Map<string, AnyObject> | undefined;
  #lists: RouteLists | undefined;
  #isGathering = false;
  #runs: RestartableRun[] = [];

  constructor(deps: RouteFollowerDeps) {
    this.#deps = deps;
    this.#checkpoint = deps.machine.checkpoint('routes');
    this.#informers = new Map(FIELDS.map((field) => [field, this.#informer(field)]));
    this.#secrets = createSourceWatcher({
      ...deps,
      checkpoint: deps.machine.checkpoint('certificates'),
      onChange: () => this.#gatherSoon(),
    });
  }

  lists(): RouteLists | undefined {
    return this.#lists;
  }

  retryNow(): void {
    for (const run of this.#runs) run.again();
    this.#secrets.retryNow();
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#secrets.restore();
    const stored = await this.#checkpoint.load();
    this.#restored = new Map([...stored].map(([uid, object]) => [uid, object as AnyObject]));
    // Nothing on the disk says nothing: it may be an agent's first start.
    if (this.#restored.size > 0) this.#gatherSoon();
    this.#runs = [...this.#informers.values()].map((informer) =>
      restartableRun((one) => informer.run(one), signal),
    );
    await Promise.all(this.#runs.map((run) => run.start()));
    this.#secrets.stop();
    await this.#checkpoint.flush();
  }

  #informer(field: Field): Informer<AnyObject> {
    const { client, clock, random, logger } = this.#deps;
    const definition = KINDS[field];
    return createInformer<AnyObject>({
      ...{ client, clock, random, definition },
      onEvent: (event) => this.#onEvent(event),
      onSynced: () => {
        this.#unserved.delete(field);
        this.#onKnown();
      },
      onFault: (error, retryInMs) => {
        const isUnserved = error instanceof StatusError && UNSERVED_CODES.has(error.status.code);
        if (isUnserved && !this.#unserved.has(field)) {
          this.#unserved.add(field);
          this.#onKnown();
        }
        logger[isUnserved ? 'debug' : 'warn']('routes cannot be followed', {
          ...{ resource: definition.resource, error: messageOf(error), retryInMs },
        });
      },
    });
  }

  #onEvent({ type, object }: InformerEvent<AnyObject>): void {
    const { uid = '' } = object.metadata;
    if (type === 'delete') this.#checkpoint.remove(uid);
    else this.#checkpoint.put(uid, withoutHistory(object));
    this.#gatherSoon();
  }

  get #isKnown(): boolean {
    return [...this.#informers].every(([field, { synced }]) => synced || this.#unserved.has(field));
  }

  #onKnown(): void {
    if (!this.#isKnown) return;
    const present = new Set(
      [...this.#informers.values()].flatMap((informer) =>
        informer.list().map(({ metadata }) => metadata.uid),
      ),
    );
    for (const uid of this.#restored?.keys() ?? []) if (!present.has(uid)) this.#checkpoint.remove(uid);
    this.#restored = undefined;
    this.#gatherSoon();
  }

  #gatherSoon(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#deps.clock.schedule(GATHER_MS, () => {
      this.#isGathering = false;
      this.#gather();
    });
  }

  #gather(): void {
    const restored = this.#restored;
    if (restored === undefined && !this.#isKnown) return;
    const of = (field: Field): readonly AnyObject[] =>
      restored === undefined
        ? (this.#informers.get(field)?.list() ?? [])
        : [...restored.values()].filter(({ kind }) => kind === KINDS[field].kind);
    const objects = Object.fromEntries(FIELDS.map((field) => [field, of(field)])) as unknown as Omit<
      RouteLists,
      'secrets'
    >;
    const refs = [...certificatesOf(objects)];
    this.#secrets.use(
      USER,
      refs.map((ref): SourceRef => ({ kind: 'Secret', ...ref })),
    );
    const secrets = this.#read(refs);
    if (secrets === undefined) return;
    this.#lists = { ...objects, secrets };
    this.#deps.onChange();
  }

  /** Undefined as long as one has still to be heard of. */
  #read(refs: readonly CertificateRef[]): Secret[] | undefined {
    const found: Secret[] = [];
    for (const { namespace, name } of refs) {
      const source = this.#secrets.read({ kind: 'Secret', namespace, name });
      if (source.state === 'pending') return undefined;
      if (source.state !== 'found') continue;
      const data = [...source.data].map(([key, bytes]) => [key, Buffer.from(bytes).toString('base64')]);
      found.push({
        ...{ apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name } },
        data: Object.fromEntries(data) as Record<string, string>,
      });
    }
    return found;
  }
}

function certificatesOf({
  classes,
  gateways,
  grants,
  ingresses,
  ingressClasses,
}: Omit<RouteLists, 'secrets'>): Iterable<CertificateRef> {
  const grantsOf = groupBy(grants, ({ metadata }) => metadata.namespace ?? '');
  return namedCertificates(
    ourGateways(gateways, classes),
    ourIngresses(ingresses, ingressClasses),
    (namespace) => grantsOf.get(namespace) ?? [],
  ).values();
}
