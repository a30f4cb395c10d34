// Proxies that lag behind in the toy world, for tests: each has what it has applied, and says so some time later.
import { endpointSliceKind, SERVICE_NAME_LABEL, type EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import { leaseKind, PROXY_REVISION_ANNOTATION, SPLIT_REVISION_ANNOTATION } from '@gantry/api/kinds/lease';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import { readerOf, withChange, type World } from '../../engine/toy-world.ts';
import { LEASE_NAMESPACE } from '../node-lifecycle/observed.ts';
import { splitIn } from './toy-rollouts.ts';

/** What one proxy leads to. */
export interface ProxyView {
  revision: number;
  /** Of the latest change of a slice or the split. */
  newest: number;
  split: TrafficSplit | undefined;
  /** Names of ReplicaSets that have ready pods in its lists, by Service. */
  leadsTo: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Proxies by node. */
export type Proxies = ReadonlyMap<string, ProxyView>;

/** What a proxy has that applies all that there is now. */
export function viewOf(world: World): ProxyView {
  const leadsTo = new Map<string, ReadonlySet<string>>();
  for (const slice of readerOf(world).list(endpointSliceKind)) {
    const pods = readyPods(slice);
    const service = slice.metadata.labels?.[SERVICE_NAME_LABEL] ?? '';
    const led = pods.map((pod) => pod.slice(0, pod.lastIndexOf('-')));
    leadsTo.set(service, new Set([...(leadsTo.get(service) ?? []), ...led]));
  }
  const split = splitIn(world);
  const heard = [...readerOf(world).list(endpointSliceKind), ...(split === undefined ? [] : [split])];
  const newest = Math.max(0, ...heard.map(({ metadata }) => Number(metadata.resourceVersion)));
  return { revision: world.revision, newest, split, leadsTo };
}

function readyPods({ endpoints }: EndpointSlice): string[] {
  return endpoints.flatMap(({ conditions, targetRef }) =>
    conditions?.ready === true ? [targetRef?.name ?? ''] : [],
  );
}

/** Names of ReplicaSets that requests for the main Service may reach there. */
export function routedBy({ split, leadsTo }: ProxyView): ReadonlySet<string> {
  const services =
    split === undefined
      ? ['web']
      : split.spec.rules.flatMap(({ backends }) =>
          backends.filter(({ weight }) => weight > 0).map(({ service }) => service),
        );
  return new Set(services.flatMap((service) => [...(leadsTo.get(service) ?? [])]));
}

/** The proxy of a node tells what it has applied, unless it has told as much already. */
export function confirmedBy(world: World, node: string, { revision, newest }: ProxyView): World {
  const key = { namespace: LEASE_NAMESPACE, name: node };
  const told = readerOf(world).get(leaseKind, key)?.metadata.annotations?.[SPLIT_REVISION_ANNOTATION];
  if (Number(told ?? 0) >= newest) return world;
  const annotations = {
    [PROXY_REVISION_ANNOTATION]: String(revision),
    [SPLIT_REVISION_ANNOTATION]: String(revision),
  };
  return withChange(world, leaseKind, key, (lease) => ({
    ...lease,
    metadata: { ...lease.metadata, annotations },
  }));
}
