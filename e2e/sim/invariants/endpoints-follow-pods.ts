// A Service leads to the pods that it selects: to all that are ready, and to no others.
import type { EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import type { Pod } from '@gantry/api/kinds/pod';
import type { Service } from '@gantry/api/kinds/service';
import type { Bounds } from './bounds.ts';
import { firstBroken } from './each-write.ts';
import { isDeleting, isFinished, isReady, titleOf, uidOf } from './object-reading.ts';
import { createLookTimer } from './settled.ts';
import type { Invariant, WorldView, WriteRecord } from './world-view.ts';

/** Once the world is calm, ready endpoints are the ready pods of the selector. */
export function createEndpointsFollowPods(bounds: Pick<Bounds, 'settleMs'>): Invariant {
  const isTime = createLookTimer(bounds);
  return {
    name: 'endpoints-follow-pods',
    sentence: 'Once the world is calm, the ready endpoints of a Service are the ready pods that it selects.',
    check(view) {
      if (!isTime(view)) return undefined;
      for (const service of view.objects('Service').values()) {
        const found = differenceOf(service as Service, view);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function differenceOf(service: Service, view: WorldView): string | undefined {
  const selector = Object.entries(service.spec.selector ?? {});
  if (selector.length === 0 || isDeleting(service)) return undefined;
  const ready = [...view.objects('Pod').values()]
    .filter((pod) => selector.every(([key, value]) => pod.metadata.labels?.[key] === value))
    .filter((pod) => isServing(pod as Pod) && !isDeleting(pod))
    .map(uidOf)
    .sort();
  const told = [...view.objects('EndpointSlice').values()]
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === uidOf(service)) === true)
    .flatMap((slice) => readyUids(slice as EndpointSlice))
    .sort();
  if (told.join() === ready.join()) return undefined;
  return `${titleOf(service)} has ${told.length} ready endpoints, ${ready.length} of its pods are ready`;
}

/** No endpoint is told to be ready whose pod had long ceased to be. */
export function createReadyEndpointMeansReadyPod(bounds: Pick<Bounds, 'staleMs' | 'frozenMs'>): Invariant {
  const lateMs = bounds.staleMs + bounds.frozenMs;
  /** When each pod was last written as ready, or last seen to be when it was so no longer. */
  const readyMs = new Map<string, number>();
  /** Those that were ready at the last look. */
  const ready = new Set<string>();
  let seenMs = 0;

  function lastReadyMs(uid: string): number | undefined {
    const writtenMs = readyMs.get(uid);
    return ready.has(uid) ? Math.max(seenMs, writtenMs ?? seenMs) : writtenMs;
  }

  function look({ writes, nowMs }: WorldView): void {
    for (const { before, after } of writes) {
      const pod = after ?? before;
      if (pod?.kind !== 'Pod') continue;
      const uid = uidOf(pod);
      const lastMs = lastReadyMs(uid);
      if (lastMs !== undefined) readyMs.set(uid, lastMs);
      if (after !== undefined && isServing(after as Pod) && !isDeleting(after)) ready.add(uid);
      else ready.delete(uid);
    }
    seenMs = nowMs;
  }

  function brokenBy({ before, after, atMs }: WriteRecord): string | undefined {
    if (after?.kind !== 'EndpointSlice') return undefined;
    const told = new Set(before === undefined ? [] : readyUids(before as EndpointSlice));
    for (const uid of readyUids(after as EndpointSlice)) {
      const lastMs = lastReadyMs(uid);
      if (told.has(uid)) continue;
      if (lastMs === undefined) return `${titleOf(after)} tells of a ready pod ${uid} that never was`;
      if (lastMs < atMs - lateMs)
        return `${titleOf(after)} tells of pod ${uid} as ready, which had not been for ${atMs - lastMs} ms`;
    }
    return undefined;
  }

  return {
    name: 'ready-endpoint-means-ready-pod',
    sentence: 'An endpoint becomes ready only when its pod was ready when the controller looked.',
    check(view) {
      for (const { after, atMs } of view.writes)
        if (after?.kind === 'Pod' && isServing(after as Pod) && !isDeleting(after))
          readyMs.set(uidOf(after), atMs);
      const broken = firstBroken(view, brokenBy);
      look(view);
      return broken;
    },
  };
}

function readyUids({ endpoints }: EndpointSlice): string[] {
  return endpoints.flatMap(({ conditions, targetRef }) =>
    conditions?.ready === true && targetRef?.uid !== undefined ? [targetRef.uid] : [],
  );
}

/** Ready, and to be reached. */
function isServing(pod: Pod): boolean {
  return !isFinished(pod) && (pod.status?.podIP ?? '') !== '' && isReady(pod);
}
