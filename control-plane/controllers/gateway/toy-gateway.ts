// Gateways, routes, Ingresses and the nodes that serve them, for tests, with only what a test names.
import { GATEWAY_CONTROLLER, gatewayClassKind } from '@gantry/api/kinds/gateway-class';
import { gatewayKind, type Gateway } from '@gantry/api/kinds/gateway';
import { httpRouteKind, type HTTPRoute } from '@gantry/api/kinds/http-route';
import { ingressClassKind } from '@gantry/api/kinds/ingress-class';
import { ingressKind, type Ingress } from '@gantry/api/kinds/ingress';
import { leaseKind, PROXY_REVISION_ANNOTATION } from '@gantry/api/kinds/lease';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import type { MetaCondition } from '@gantry/api/kinds/object-fields';
import type { ReferenceGrant } from '@gantry/api/kinds/reference-grant';
import type { Secret } from '@gantry/api/kinds/secret';
import type { Service } from '@gantry/api/kinds/service';
import { tcpRouteKind, type TCPRoute } from '@gantry/api/kinds/tcp-route';
import type { ObjectMeta } from '@gantry/api/meta';
import { emptyWorld, readerOf, withObject, type World } from '../../engine/toy-world.ts';
import { LEASE_NAMESPACE } from '../node-lifecycle/observed.ts';

const GROUP = 'gateway.networking.k8s.io';
export const SHOP = 'shop';
export const shopKey = (name: string) => ({ namespace: SHOP, name });
/** Listeners that most tests have. */
export const HTTP = { name: 'http', port: 80, protocol: 'HTTP' };
export const HTTPS = { name: 'https', port: 443, protocol: 'HTTPS' };
export const TCP = { name: 'tcp', port: 5432, protocol: 'TCP' };

export function aGateway(
  listeners: Gateway['spec']['listeners'],
  metadata: ObjectMeta = {},
  gatewayClassName = 'gantry',
): Gateway {
  return {
    apiVersion: `${GROUP}/v1`,
    kind: 'Gateway',
    metadata: { ...shopKey('gw'), ...metadata },
    spec: { gatewayClassName, listeners },
  };
}

/** Belongs to the Gateway `gw` and leads to the Service `web` unless it is said otherwise. */
export function aRoute(spec: Partial<HTTPRoute['spec']> = {}, metadata: ObjectMeta = {}): HTTPRoute {
  const rules = [{ backendRefs: [{ name: 'web', port: 80 }] }];
  return {
    apiVersion: `${GROUP}/v1`,
    kind: 'HTTPRoute',
    metadata: { ...shopKey('route'), ...metadata },
    spec: { parentRefs: [{ name: 'gw' }], rules, ...spec },
  };
}

export function aTcpRoute(metadata: ObjectMeta = {}, spec: Partial<TCPRoute['spec']> = {}): TCPRoute {
  return {
    apiVersion: `${GROUP}/v1alpha2`,
    kind: 'TCPRoute',
    metadata: { ...shopKey('tcp'), ...metadata },
    spec: {
      parentRefs: [{ name: 'gw', sectionName: 'tcp' }],
      rules: [{ backendRefs: [{ name: 'web', port: 80 }] }],
      ...spec,
    },
  };
}

export function anIngress(spec: Ingress['spec'] = {}, metadata: ObjectMeta = {}): Ingress {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...shopKey('ing'), ...metadata },
    spec: {
      ingressClassName: 'gantry',
      defaultBackend: { service: { name: 'web', port: { number: 80 } } },
      ...spec,
    },
  };
}

/** A Service `web` with an HTTP port 80. */
export function aWebService(spec: Partial<Service['spec']> = {}, metadata: ObjectMeta = {}): Service {
  const ports = [{ name: 'http', port: 80, protocol: 'TCP' as const }];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...shopKey('web'), ...metadata },
    spec: { ports, ...spec },
  };
}

/** Lets `kind` of namespace `front` name what is in the shop. */
export function aGrant(kind: string, to: 'Service' | 'Secret'): ReferenceGrant {
  return {
    apiVersion: `${GROUP}/v1beta1`,
    kind: 'ReferenceGrant',
    metadata: shopKey('grant'),
    spec: { from: [{ group: GROUP, kind, namespace: 'front' }], to: [{ group: '', kind: to }] },
  };
}

export function aTlsSecret(name: string, { certificate, key }: { certificate: string; key: string }): Secret {
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: shopKey(name),
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': encode(certificate), 'tls.key': encode(key) },
  };
}

export interface NodeFacts {
  isReady?: boolean;
  hasProxy?: boolean;
  /** Types of conditions that are True beside Ready. */
  faults?: readonly string[];
}

export function nodeStatus(address: string, { isReady = true, faults = [] }: NodeFacts): Node['status'] {
  return {
    addresses: [{ type: 'InternalIP', address }],
    conditions: [
      { type: 'Ready', status: isReady ? 'True' : 'False' },
      ...faults.map((type) => ({ type, status: 'True' as const })),
    ],
  };
}

/** Adds a node at `10.0.0.<number>` whose proxy serves, unless it is said otherwise. */
export function withServingNode(world: World, number: number, facts: NodeFacts = {}): World {
  const name = `n${number}`;
  const annotations = (facts.hasProxy ?? true) ? { [PROXY_REVISION_ANNOTATION]: '1' } : {};
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', spec: {} };
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {} };
  const status = nodeStatus(`10.0.0.${number}`, facts);
  return withObject(withObject(world, nodeKind, { ...node, status }), leaseKind, {
    ...lease,
    metadata: { namespace: LEASE_NAMESPACE, name, annotations },
  });
}

/** The classes `gantry`, ours, and `other`, not ours. */
export function withClasses(world: World): World {
  const aClass = (name: string, controllerName: string) => ({
    ...{ apiVersion: `${GROUP}/v1`, kind: 'GatewayClass', metadata: { name }, spec: { controllerName } },
  });
  const ingressClass = {
    ...{ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'gantry' } },
    spec: { controller: GATEWAY_CONTROLLER },
  };
  const ours = withObject(world, gatewayClassKind, aClass('gantry', GATEWAY_CONTROLLER));
  const both = withObject(ours, gatewayClassKind, aClass('other', 'example.com/other'));
  return withObject(both, ingressClassKind, ingressClass);
}

/** Classes, and a node that serves. */
export function shopWorld(): World {
  return withServingNode(withClasses(emptyWorld()), 1);
}

/** `Accepted True Accepted`, one for each condition. */
export function said(conditions: readonly MetaCondition[] | undefined): string[] {
  return (conditions ?? []).map(({ type, status, reason }) => `${type} ${status} ${reason}`);
}

export const gatewayIn = (world: World, name = 'gw') => readerOf(world).get(gatewayKind, shopKey(name));
export const routeIn = (world: World, name = 'route') => readerOf(world).get(httpRouteKind, shopKey(name));
export const tcpRouteIn = (world: World, name = 'tcp') => readerOf(world).get(tcpRouteKind, shopKey(name));
export const ingressIn = (world: World, name = 'ing') => readerOf(world).get(ingressKind, shopKey(name));
