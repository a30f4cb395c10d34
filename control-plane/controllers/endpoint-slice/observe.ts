// What the plan of a Service's endpoints rests on: the Service, the pods that it selects, its slices, the zones of nodes.
import { endpointSliceKind, type EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import { nodeKind } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import type { CacheReader } from '../../cache/cache.ts';
import { ZONE_LABEL } from '../node-lifecycle/zones.ts';
import { selectedPods } from './selected-pods.ts';

/** A Service and what surrounds it. */
export interface ObservedService {
  service: Service;
  /** Those that its selector finds, whatever they do. */
  pods: readonly Pod[];
  /** Slices that belong to it, by name. */
  slices: readonly EndpointSlice[];
  /** Zone of each node that has one and runs one of the pods. */
  zones: ReadonlyMap<string, string>;
}

/** Reads the cache; undefined when there is no such Service. */
export function observeService(cache: CacheReader, key: ObjectKey): ObservedService | undefined {
  const service = cache.get(serviceKind, key);
  if (service === undefined) return undefined;
  const pods = selectedPods(cache, service);
  const nodes = new Set(pods.flatMap(({ spec }) => spec.nodeName ?? []));
  const zones = new Map<string, string>();
  for (const name of nodes) {
    const zone = zoneOf(cache.get(nodeKind, { namespace: '', name }));
    if (zone !== undefined) zones.set(name, zone);
  }
  const slices = cache.byIndex(endpointSliceKind, 'owner', service.metadata.uid ?? '');
  return Object.freeze({ service, pods, slices, zones });
}

/** The zone that a node says it is in. */
export function zoneOf(node: AnyObject | undefined): string | undefined {
  return node?.metadata.labels?.[ZONE_LABEL];
}
