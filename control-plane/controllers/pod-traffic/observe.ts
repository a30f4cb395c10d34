// What the plan of a pod's traffic rests on: the Services that lead there, where their slices have it, and how far the
// proxies of live nodes are. What a state does not need is not looked for.
import { endpointSliceKind, type EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import {
  DRAINED_REVISION_ANNOTATION,
  leaseKind,
  PROXY_REVISION_ANNOTATION,
  SPLIT_REVISION_ANNOTATION,
} from '@gantry/api/kinds/lease';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { Service } from '@gantry/api/kinds/service';
import type { ObjectKey } from '@gantry/api/meta';
import { controllerOf } from '@gantry/api/owner-references';
import { trafficMarkOf } from '@gantry/api/traffic-mark';
import type { CacheReader } from '../../cache/cache.ts';
import { servicesOf } from '../endpoint-slice/selected-pods.ts';
import { LEASE_NAMESPACE } from '../node-lifecycle/observed.ts';
import { isDeleting } from '../pod-condition.ts';

/** A slice that has the pod. */
export interface SliceEntry {
  /** Uid of the Service whose slice it is. */
  serviceUid: string;
  isTerminating: boolean;
}

/** The service proxy of a live node. */
export interface LiveProxy {
  node: string;
  /** All changes of slices up to this revision are in force there. */
  revision: number;
  /** Requests that were under way to what was taken out up to this revision have ended there, or had their time. */
  drained: number;
  /** New requests there are treated by all changes of TrafficSplits up to this revision; 0 where nothing is said of it. */
  splits: number;
}

export interface ObservedTraffic {
  pod: Pod;
  /** Those that select the pod. */
  services: readonly Service[];
  /** Only of a pod that is being stopped. */
  entries: readonly SliceEntry[];
  /** At which any slice was changed last, or went. */
  slicesRevision: number;
  /** Only where somebody waits for them. */
  proxies: readonly LiveProxy[];
}

/** Undefined when there is no such pod, or nothing left to do for it. */
export function observeTraffic(cache: CacheReader, key: ObjectKey): ObservedTraffic | undefined {
  const pod = cache.get(podKind, key);
  if (pod === undefined) return undefined;
  const { type } = trafficMarkOf(pod);
  const isEnding = isDeleting(pod);
  const isSettled = isEnding ? type === 'none' || type === 'withdrawn' : type === 'published';
  if (isSettled) return undefined;
  const services = type === 'withdrawing' ? [] : servicesOf(cache, pod);
  if (!isEnding && services.length === 0) return undefined;
  return Object.freeze({
    ...{ pod, services },
    entries: isEnding && type === 'published' ? entriesOf(cache, pod) : [],
    slicesRevision: cache.changedAt(endpointSliceKind),
    proxies: isEnding ? liveProxies(cache) : [],
  });
}

function entriesOf(cache: CacheReader, { metadata }: Pod): SliceEntry[] {
  return cache.list(endpointSliceKind, metadata.namespace).flatMap((slice) => entryOf(slice, metadata.uid));
}

/** Slices that people keep themselves say nothing of pods that are being stopped. */
function entryOf(slice: EndpointSlice, podUid = ''): SliceEntry[] {
  const serviceUid = controllerOf(slice)?.uid;
  if (serviceUid === undefined) return [];
  const found = slice.endpoints.filter(({ targetRef }) => targetRef?.uid === podUid);
  return found.map(({ conditions }) => ({
    serviceUid,
    isTerminating: conditions?.terminating === true,
  }));
}

/** Proxies of the nodes that are live, and how far they are. */
export function liveProxies(cache: CacheReader): LiveProxy[] {
  return cache
    .list(nodeKind)
    .filter(isLive)
    .flatMap(({ metadata: { name = '' } }) => {
      const lease = cache.get(leaseKind, { namespace: LEASE_NAMESPACE, name });
      // A node that has just come, and has still to say whether it has a proxy, may lead somewhere already.
      if (lease === undefined) return [{ node: name, revision: 0, drained: 0, splits: 0 }];
      const { annotations } = lease.metadata;
      const revision = revisionIn(annotations?.[PROXY_REVISION_ANNOTATION]);
      const splits = revisionIn(annotations?.[SPLIT_REVISION_ANNOTATION]) ?? 0;
      if (revision === undefined) return [];
      const drained = revisionIn(annotations?.[DRAINED_REVISION_ANNOTATION]) ?? revision;
      return [{ node: name, revision, drained: Math.min(revision, drained), splits }];
    });
}

function revisionIn(text = ''): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** A node that is away answers nobody, and is waited for by nobody. */
export function isLive({ status }: Node): boolean {
  return status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
}
