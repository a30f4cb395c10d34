// The nodes at which Gateways and Ingresses are reached: those that are Ready and whose proxies are in step. Pure selectors.
import { leaseKind, PROXY_REVISION_ANNOTATION } from '@gantry/api/kinds/lease';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import type { CacheReader } from '../../cache/cache.ts';
import type { Trigger } from '../../engine/controller.ts';
import isEqual from 'fast-deep-equal';
import { LEASE_NAMESPACE } from '../node-lifecycle/observed.ts';
import { isLive, liveProxies } from '../pod-traffic/observe.ts';
import { holds } from '../status-condition.ts';

/** Addresses that a status has room for: Gateway API's own bound. */
export const ADDRESSES_MAX = 16;

/** Where requests from outside come in. */
export interface ServingNodes {
  /** How many serve. */
  count: number;
  /** Addresses of the first of them by name, at most {@link ADDRESSES_MAX}. */
  addresses: readonly string[];
  /** Names of those on which a listener is not served, because another program has its port. */
  partial: readonly string[];
}

/** Reads the cache. */
export function servingNodes(cache: CacheReader): ServingNodes {
  const serving = liveProxies(cache).flatMap(({ node, revision }) => {
    const found = cache.get(nodeKind, { namespace: '', name: node });
    const isAway = found === undefined || isOutOfStep(found);
    // With 0 nothing is in force there yet.
    return isAway || revision === 0 ? [] : found;
  });
  const addresses = serving.flatMap((node) => addressOf(node) ?? []);
  return Object.freeze({
    count: serving.length,
    addresses: [...new Set(addresses)].slice(0, ADDRESSES_MAX),
    partial: serving.filter(isPartial).map(({ metadata }) => metadata.name ?? ''),
  });
}

function isOutOfStep({ status }: Node): boolean {
  return holds(status?.conditions, 'ServicesUnavailable');
}

function isPartial({ status }: Node): boolean {
  return holds(status?.conditions, 'ListenersUnavailable');
}

/** From outside where the node has such an address, else the one inside of the cluster. */
function addressOf({ status }: Node): string | undefined {
  const find = (wanted: string): string | undefined =>
    status?.addresses?.find(({ type }) => type === wanted)?.address;
  return find('ExternalIP') ?? find('InternalIP');
}

/** Wakes keys when nodes begin or cease to serve; heartbeats wake nobody. */
export function servingTriggers(keys: (cache: CacheReader) => ObjectKey[]): Trigger[] {
  return [
    {
      definition: nodeKind,
      keys: (_node, cache) => keys(cache),
      ignores: (node, previous) => isEqual(factsOf(node as Node), factsOf(previous as Node)),
    },
    {
      definition: leaseKind,
      keys: ({ metadata }, cache) => (metadata.namespace === LEASE_NAMESPACE ? keys(cache) : []),
      ignores: (lease, previous) => hasProxy(lease) === hasProxy(previous),
    },
  ];
}

function factsOf(node: Node): unknown {
  return [isLive(node), isOutOfStep(node), isPartial(node), addressOf(node)];
}

function hasProxy({ metadata }: AnyObject): boolean {
  return metadata.annotations?.[PROXY_REVISION_ANNOTATION] !== undefined;
}
