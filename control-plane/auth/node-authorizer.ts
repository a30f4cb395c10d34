// What an agent may do: its own Node, Lease and pods, the Secrets and ConfigMaps that those pods name, Events; it reads
// the Services of all and where they lead, Gateways, routes and Ingresses, the certificates that those name, and flags.
// Everything is decided from the cache; a refusal says what would have been allowed.
import { resourceIdOf } from '@gantry/api/definition';
import { ourGateways, ourIngresses } from '@gantry/api/gateway/classes';
import { namedCertificates } from '@gantry/api/gateway/references';
import { featureFlagKind } from '@gantry/api/kinds/feature-flag';
import { gatewayClassKind } from '@gantry/api/kinds/gateway-class';
import { gatewayKind } from '@gantry/api/kinds/gateway';
import { httpRouteKind } from '@gantry/api/kinds/http-route';
import { ingressClassKind } from '@gantry/api/kinds/ingress-class';
import { ingressKind } from '@gantry/api/kinds/ingress';
import { nodeKind } from '@gantry/api/kinds/node';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { referenceGrantKind, type ReferenceGrant } from '@gantry/api/kinds/reference-grant';
import { tcpRouteKind } from '@gantry/api/kinds/tcp-route';
import { trafficSplitKind } from '@gantry/api/kinds/traffic-split';
import type { CacheReader } from '../cache/cache.ts';
import { NODE_INDEX } from '../cache/indexes.ts';
import type { Decision, RequestAttributes, WriteAttempt } from '../server/security.ts';
import { podNames } from './pod-references.ts';

/** Users of this prefix are agents; the rest of the name is the node's. */
export const NODE_USER_PREFIX = 'system:node:';
/** Namespace of the nodes' Leases. */
export const NODE_LEASE_NAMESPACE = 'kube-node-lease';

type Rule = (node: string, request: RequestAttributes, cache: CacheReader) => Decision;

const ALLOWED: Decision = { allowed: true, reason: '' };
const refuse = (reason: string): Decision => ({ allowed: false, reason });
const READS = new Set(['get', 'list', 'watch']);
const CHANGES = new Set(['get', 'update', 'patch']);

/** The node's name when the user is an agent. */
export function nodeOfUser(user: { name: string; groups: readonly string[] }): string | undefined {
  const isNode = user.groups.includes('system:nodes') && user.name.startsWith(NODE_USER_PREFIX);
  return isNode ? user.name.slice(NODE_USER_PREFIX.length) : undefined;
}

/** Decides a request of the agent of `node`. */
export function authorizeNode(node: string, request: RequestAttributes, cache: CacheReader): Decision {
  const rule = RULES[request.group === '' ? request.resource : `${request.resource}.${request.group}`];
  return rule === undefined ? refuse(`an agent may not use ${request.resource}`) : rule(node, request, cache);
}

/** Decides what an agent is about to store: the objects themselves must be its own. */
export function authorizeNodeWrite(node: string, attempt: WriteAttempt): Decision {
  const { definition, object, previous } = attempt;
  const name = object.metadata.name ?? '';
  if (definition.resource === 'nodes' || definition.resource === 'leases') {
    return name === node ? ALLOWED : refuse(`an agent may only write its own ${definition.kind}, "${node}"`);
  }
  if (definition.resource !== 'pods') return ALLOWED;
  const owner = ((previous ?? object) as Pod).spec.nodeName;
  const stays = (object as Pod).spec.nodeName === owner;
  return owner === node && stays ? ALLOWED : refuse(`the pod does not run on node "${node}"`);
}

const RULES: Readonly<Record<string, Rule>> = {
  // The pod network of a node leads to every other node.
  nodes: (node, { verb, name, subresource }) => {
    if (verb === 'create' || (READS.has(verb) && subresource === '')) return ALLOWED;
    if ((CHANGES.has(verb) || READS.has(verb)) && name === node) return ALLOWED;
    return refuse(`an agent may only change its own node, "${node}"`);
  },
  'leases.coordination.k8s.io': (node, { verb, name, namespace }) => {
    if (namespace !== NODE_LEASE_NAMESPACE)
      return refuse(`an agent's Lease is in namespace ${NODE_LEASE_NAMESPACE}`);
    if (verb === 'create' || ((CHANGES.has(verb) || READS.has(verb)) && name === node)) return ALLOWED;
    return refuse(`an agent may only use its own Lease, "${node}"`);
  },
  pods: authorizePods,
  events: (_node, { verb }) =>
    ['create', 'update', 'patch', 'get'].includes(verb) ? ALLOWED : refuse('an agent may only write Events'),
  'events.events.k8s.io': (_node, { verb }) =>
    ['create', 'update', 'patch', 'get'].includes(verb) ? ALLOWED : refuse('an agent may only write Events'),
  // The answer holds only what the agent may read: each object is asked about on its own.
  'explanations.gantry.dev': (_node, { verb }) =>
    verb === 'list' ? ALLOWED : refuse('explanations can only be listed'),
  services: readsAll,
  'endpointslices.discovery.k8s.io': readsAll,
  configmaps: (node, request, cache) => authorizeNamed('configMaps', node, request, cache),
  secrets: (node, request, cache) =>
    isCertificate(request, cache) ? ALLOWED : authorizeNamed('secrets', node, request, cache),
  ...Object.fromEntries(
    [
      featureFlagKind,
      gatewayClassKind,
      gatewayKind,
      httpRouteKind,
      tcpRouteKind,
      referenceGrantKind,
      ingressClassKind,
      ingressKind,
      trafficSplitKind,
    ].map((definition) => [resourceIdOf(definition), readsAll]),
  ),
};

/** Every node serves all Gateways and Ingresses that are ours, and so reads the certificates that they name. */
function isCertificate(
  { verb, name, namespace, subresource }: RequestAttributes,
  cache: CacheReader,
): boolean {
  if (!READS.has(verb) || name === '' || subresource !== '') return false;
  const gateways = ourGateways(cache.list(gatewayKind), cache.list(gatewayClassKind));
  const ingresses = ourIngresses(cache.list(ingressKind), cache.list(ingressClassKind));
  const grants = (of: string): readonly ReferenceGrant[] => cache.list(referenceGrantKind, of);
  return namedCertificates(gateways, ingresses, grants).has(`${namespace}/${name}`);
}

/** The proxy of a node leads to every pod of the cluster, and flags are evaluated for whoever runs there. */
function readsAll(_node: string, { verb, resource, subresource }: RequestAttributes): Decision {
  const isRead = READS.has(verb) && subresource === '';
  return isRead ? ALLOWED : refuse(`an agent may only read ${resource}`);
}

function authorizePods(node: string, request: RequestAttributes, cache: CacheReader): Decision {
  const { verb, name, namespace, subresource, fieldSelector } = request;
  if (name === '' && READS.has(verb)) {
    const own = fieldSelector.split(',').some((term) => /^spec\.nodeName==?(.*)$/.exec(term)?.[1] === node);
    return own ? ALLOWED : refuse(`an agent may only list pods with fieldSelector spec.nodeName=${node}`);
  }
  const changesStatus = subresource === 'status' && CHANGES.has(verb);
  const ends = subresource === '' && (verb === 'get' || verb === 'delete');
  if (!changesStatus && !ends) return refuse('an agent may read and delete its pods and write their status');
  const pod = cache.get<Pod>(podKind, { namespace, name });
  // A pod that is gone (or not seen yet) is left to the answer "not found".
  if (pod === undefined || pod.spec.nodeName === node) return ALLOWED;
  return refuse(`pod "${name}" does not run on node "${node}"`);
}

function authorizeNamed(
  kind: 'configMaps' | 'secrets',
  node: string,
  { verb, name, namespace }: RequestAttributes,
  cache: CacheReader,
): Decision {
  if (!READS.has(verb) || name === '') return refuse(`an agent may only read ${kind} by name`);
  const pods = cache.byIndex<Pod>(podKind, NODE_INDEX, node);
  const named = pods.some((pod) => pod.metadata.namespace === namespace && podNames(pod)[kind].has(name));
  return named ? ALLOWED : refuse(`no pod on node "${node}" names it`);
}

/** Whether the cache knows the node; joining refuses names that are in use. */
export function nodeExists(cache: CacheReader, name: string): boolean {
  return cache.get(nodeKind, { namespace: '', name }) !== undefined;
}
