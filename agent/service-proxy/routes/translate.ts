// Gateways, routes and Ingresses of the cluster as the routing of one node. Pure: the same lists give the same routing,
// in whatever order they come. What breaks a rule of its kind is passed over whole, so nothing unchecked goes further.
import { byAge, ourIngresses } from '@gantry/api/gateway/classes';
import { ingressHosts } from '@gantry/api/gateway/ingress-hosts';
import { INGRESS_PORTS, ingressPortProblem } from '@gantry/api/gateway/ingress-ports';
import {
  listenerCertificates,
  readCertificate,
  type CertificateWorld,
} from '@gantry/api/gateway/listener-certificates';
import { nameOf, type PlacedListener } from '@gantry/api/gateway/listeners';
import { resolveBackend, type BackendWorld, type CertificateRef } from '@gantry/api/gateway/references';
import { brokenRule, survey, type Survey } from '@gantry/api/gateway/survey';
import type { KindDefinition } from '@gantry/api/definition';
import { gatewayKind } from '@gantry/api/kinds/gateway';
import type { BackendRef, HTTPRouteRule } from '@gantry/api/kinds/http-route';
import { httpRouteKind, type HTTPRoute } from '@gantry/api/kinds/http-route';
import { ingressKind, type Ingress } from '@gantry/api/kinds/ingress';
import type { Service, ServicePort } from '@gantry/api/kinds/service';
import { tcpRouteKind, type TCPRoute } from '@gantry/api/kinds/tcp-route';
import type { AnyObject } from '@gantry/api/meta';
import { readCertificatePair } from '@gantry/kit/certificate-pair';
import type { ProxyMode } from '../proxy-state.ts';
import { certificateFile, type CertificateFile } from './certificates.ts';
import { RouteBuilder, type RuleTargets } from './route-builder.ts';
import type { RouteIssue } from './route-issues.ts';
import type { RouteLists } from './route-lists.ts';
import type { RouteState, Share } from './routing.ts';

export interface RouteWorld extends Pick<BackendWorld, 'service'> {
  lists: RouteLists;
  /** Key of a port of a Service in a mode; the proxy makes sure that there is one. */
  target(service: Service, port: ServicePort, mode: ProxyMode): string;
  /** Keys of a port of a Service in the map of parents: address and port, and its node port. */
  parentKeys(service: Service, port: ServicePort): readonly string[];
  /** Who holds a port of this node; undefined when it is free or ours. */
  holder(port: number): string | undefined;
  /** Whether this HAProxy can copy requests. */
  hasLua: boolean;
}

/** The routing and what of it could not be done. */
export function translate(world: RouteWorld): { state: RouteState; issues: readonly RouteIssue[] } {
  const translation = new Translation(world);
  translation.gateways();
  translation.routes();
  translation.ingresses();
  return { state: translation.builder.build(), issues: translation.builder.issues };
}

class Translation {
  readonly builder = new RouteBuilder([]);
  readonly #world: RouteWorld;
  readonly #survey: Survey;
  readonly #certificateWorld: CertificateWorld;
  /** Those that have a place; by identity. */
  readonly #open = new Map<PlacedListener, string>();

  constructor(world: RouteWorld) {
    this.#world = world;
    const { lists } = world;
    for (const gateway of lists.gateways) this.#isGood(gatewayKind, gateway);
    this.#survey = survey({ ...lists, service: world.service });
    const secrets = new Map(lists.secrets.map((secret) => [nameOf(secret), secret]));
    this.#certificateWorld = {
      secret: ({ namespace, name }) => secrets.get(`${namespace}/${name}`),
      grants: (namespace) => this.#backends.grants(namespace),
      readPair: readCertificatePair,
    };
  }

  /** Places of all listeners that work. */
  gateways(): void {
    for (const placed of this.#survey.listeners) {
      const { gateway, listener, protocol, hostname, problem } = placed;
      const key = `Gateway ${nameOf(gateway)}, listener ${listener.name}`;
      if (problem !== undefined) {
        this.builder.issues.push({ type: 'listener-out', key, message: problem.message });
        continue;
      }
      if (!this.#isFree(key, listener.port)) continue;
      if (protocol === 'tcp') this.#open.set(placed, '');
      if (protocol !== 'http' && protocol !== 'https') continue;
      const refs = protocol === 'http' ? [] : this.#certificates(key, placed);
      if (protocol === 'https' && refs.length === 0) continue;
      const place = this.builder.place(listener.port, protocol, hostname);
      if (place === undefined) continue;
      this.#open.set(placed, place);
      for (const { file, pem } of refs) this.builder.certificate(listener.port, hostname, file, pem);
    }
  }

  /** Rules of all routes, the oldest first. */
  routes(): void {
    const { httpRoutes, tcpRoutes } = this.#world.lists;
    for (const route of this.#checked(httpRouteKind, httpRoutes)) this.#httpRoute(route);
    for (const route of this.#checked(tcpRouteKind, tcpRoutes)) this.#tcpRoute(route);
  }

  ingresses(): void {
    const { ingresses, ingressClasses } = this.#world.lists;
    for (const ingress of ourIngresses(this.#checked(ingressKind, ingresses), ingressClasses))
      this.#ingress(ingress);
  }

  #httpRoute(route: HTTPRoute): void {
    const attached = this.#survey.attachments(route);
    const at = attached.flatMap(({ listeners, servicePorts }) => [
      ...listeners.flatMap(({ listener, hosts }) => {
        const place = this.#open.get(listener);
        const { port } = listener.listener;
        return place === undefined ? [] : hosts.map((host) => ({ port, place, host }));
      }),
      ...servicePorts.flatMap(({ service, port }) => {
        const keys = this.#world.parentKeys(service, port);
        return keys.length === 0 ? [] : [{ place: this.builder.parent(keys), host: '' }];
      }),
    ]);
    if (at.length === 0) return;
    const from = { kind: 'HTTPRoute', namespace: route.metadata.namespace ?? '' } as const;
    const key = `HTTPRoute ${nameOf(route)}`;
    for (const rule of route.spec.rules ?? [])
      this.builder.rule(key, rule, at, {
        shares: (rule.backendRefs ?? []).map((ref) => this.#share(ref, from, 'http')),
        mirrors: this.#mirrors(key, rule, from),
      });
  }

  /** Those that get anything; one whose Service is not there gets nothing, and the route's status says so. */
  #mirrors(
    key: string,
    { filters = [] }: HTTPRouteRule,
    from: Parameters<typeof resolveBackend>[1],
  ): NonNullable<RuleTargets['mirrors']> {
    const found = filters.flatMap(({ requestMirror }) => {
      if (requestMirror === undefined) return [];
      const { backendRef, percent = 100, fraction } = requestMirror;
      const { numerator, denominator = 100 } = fraction ?? { numerator: percent };
      const target = resolveBackend(backendRef, from, this.#backends);
      if (numerator === 0 || 'reason' in target) return [];
      const service = this.#world.target(target.service, target.port, 'http');
      return [{ service, numerator, denominator }];
    });
    if (found.length === 0 || this.#world.hasLua) return found;
    this.builder.issues.push({ type: 'mirror-unavailable', key });
    return [];
  }

  #tcpRoute(route: TCPRoute): void {
    const from = { kind: 'TCPRoute', namespace: route.metadata.namespace ?? '' } as const;
    const refs = route.spec.rules[0]?.backendRefs ?? [];
    for (const { listeners } of this.#survey.attachments(route))
      for (const { listener } of listeners)
        if (this.#open.has(listener))
          this.builder.tcp(
            listener.listener.port,
            refs.map((ref) => this.#share(ref, from, 'tcp')),
          );
  }

  #ingress(ingress: Ingress): void {
    const key = `Ingress ${nameOf(ingress)}`;
    const namespace = ingress.metadata.namespace ?? '';
    const hosts = ingressHosts(ingress, (name) => this.#world.service(namespace, name));
    const hasTls = (ingress.spec?.tls ?? []).length > 0;
    const ports = [
      ...(this.#isOpen(key, 'http') ? [['http', hosts.map(({ host }) => host)] as const] : []),
      ...(hasTls && this.#isOpen(key, 'https') ? [['https', this.#tlsHosts(key, ingress)] as const] : []),
    ];
    for (const { host, rules } of hosts) {
      const at = ports.flatMap(([protocol, served]) => {
        const isServed = served.includes(host) || (protocol === 'https' && served.includes(''));
        const port = INGRESS_PORTS[protocol];
        const place = isServed ? this.builder.place(port, protocol, host) : undefined;
        return place === undefined ? [] : [{ port, place, host }];
      });
      const from = { kind: 'HTTPRoute', namespace } as const;
      for (const rule of rules)
        this.builder.rule(key, rule, at, {
          shares: (rule.backendRefs ?? []).map((ref) => this.#share(ref, from, 'http')),
        });
    }
  }

  /** Hosts that have a certificate; empty text for all. */
  #tlsHosts(key: string, { metadata, spec }: Ingress): string[] {
    return (spec?.tls ?? []).flatMap(({ hosts = [], secretName = '' }) => {
      if (secretName === '') return [];
      const file = this.#certificate(key, { namespace: metadata.namespace ?? '', name: secretName });
      if (file === undefined) return [];
      return (hosts.length === 0 ? [''] : hosts).filter((host) => {
        const { https } = INGRESS_PORTS;
        if (this.builder.place(https, 'https', host) === undefined) return false;
        this.builder.certificate(https, host, file.file, file.pem);
        return true;
      });
    });
  }

  get #backends(): BackendWorld {
    return this.#survey.backends;
  }

  #share(
    ref: BackendRef,
    from: { kind: 'HTTPRoute' | 'TCPRoute'; namespace: string },
    mode: ProxyMode,
  ): Share {
    const { weight = 1 } = ref;
    const found = resolveBackend(ref, from, this.#backends);
    if ('reason' in found) return { weight };
    return { service: this.#world.target(found.service, found.port, mode), weight };
  }

  #certificates(key: string, placed: PlacedListener): CertificateFile[] {
    const { pems, problems } = listenerCertificates(placed, this.#certificateWorld);
    for (const { message } of problems) this.builder.issues.push({ type: 'bad-certificate', key, message });
    return pems.map(certificateFile);
  }

  #certificate(key: string, ref: CertificateRef): CertificateFile | undefined {
    const read = readCertificate(ref, this.#certificateWorld);
    if ('pem' in read) return certificateFile(read.pem);
    this.builder.issues.push({ type: 'bad-certificate', key, message: read.message });
    return undefined;
  }

  /** Whether Ingresses have their port here. */
  #isOpen(key: string, protocol: 'http' | 'https'): boolean {
    const message = ingressPortProblem(protocol, this.#survey.listeners);
    if (message !== undefined) this.builder.issues.push({ type: 'listener-out', key, message });
    return message === undefined && this.#isFree(key, INGRESS_PORTS[protocol]);
  }

  #isFree(key: string, port: number): boolean {
    const by = this.#world.holder(port);
    if (by !== undefined) this.builder.issues.push({ type: 'port-held', key, port, by });
    return by === undefined;
  }

  /** Those that keep the rules of their kind, the oldest first. */
  #checked<T extends AnyObject>(definition: KindDefinition<T>, objects: readonly T[]): T[] {
    return objects.filter((object) => this.#isGood(definition, object)).sort(byAge);
  }

  #isGood<T extends AnyObject>(definition: KindDefinition<T>, object: T): boolean {
    const issue = brokenRule(definition, object);
    if (issue === undefined) return true;
    const key = `${definition.kind} ${nameOf(object)}`;
    this.builder.issues.push({ type: 'bad-object', key, message: `${issue.path}: ${issue.message}` });
    return false;
  }
}
