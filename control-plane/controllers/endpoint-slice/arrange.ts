// Puts endpoints into slices with as few changed slices as there can be: what stays stays where it is, what is new fills
// slices that are changed anyway, then others, then new ones. Pure.
import type { Endpoint, EndpointPort, EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import isEqual from 'fast-deep-equal';
import { portsKey } from './pod-ports.ts';

/** Kubernetes' own figure: a change of one pod sends 100 endpoints to every node, not 1,000. */
export const ENDPOINTS_PER_SLICE = 100;

/** Endpoints of pods that have the same ports. */
export interface Group {
  ports: readonly EndpointPort[];
  endpoints: readonly Endpoint[];
}

/** What a slice is to hold; a new one has no `slice`. */
export interface Arranged {
  slice?: EndpointSlice;
  ports: readonly EndpointPort[];
  endpoints: readonly Endpoint[];
}

interface Draft extends Arranged {
  slice: EndpointSlice;
  isChanged: boolean;
}

/** All slices as they are to be; those that hold nothing any more are left out, but for one when there is nothing at all. */
export function arrange(slices: readonly EndpointSlice[], groups: readonly Group[]): Arranged[] {
  const spare: EndpointSlice[] = [];
  const kept = new Map<string, EndpointSlice[]>(groups.map(({ ports }) => [portsKey(ports), []]));
  for (const slice of slices) (kept.get(portsKey(slice.ports ?? [])) ?? spare).push(slice);
  const arranged = groups.flatMap((group) =>
    arrangeGroup(kept.get(portsKey(group.ports)) ?? [], group, spare),
  );
  if (arranged.length > 0) return arranged;
  const [placeholder] = slices;
  return [{ ...(placeholder === undefined ? {} : { slice: placeholder }), ports: [], endpoints: [] }];
}

/** @param spare slices that nobody needs: they are filled before new ones are made, and what is emptied joins them. */
function arrangeGroup(slices: readonly EndpointSlice[], group: Group, spare: EndpointSlice[]): Arranged[] {
  const missing = new Map(group.endpoints.map((endpoint) => [idOf(endpoint), endpoint]));
  const drafts = slices.map((slice): Draft => {
    const endpoints = slice.endpoints.flatMap((endpoint) => {
      const wanted = missing.get(idOf(endpoint));
      missing.delete(idOf(endpoint));

      return wanted ?? [];
    });
    return { slice, ports: group.ports, endpoints, isChanged: !isEqual(endpoints, slice.endpoints) };
  });
  let left = [...missing.values()];
  const filled = drafts.toSorted(byLeastDisturbance).map(({ slice, ports, endpoints }): Arranged => {
    const room = Math.max(0, ENDPOINTS_PER_SLICE - endpoints.length);
    const added = left.slice(0, room);
    left = left.slice(room);
    return { slice, ports, endpoints: [...endpoints, ...added] };
  });
  for (const { slice, endpoints } of filled)
    if (endpoints.length === 0 && slice !== undefined) spare.push(slice);
  const further: Arranged[] = [];
  for (; left.length > 0; left = left.slice(ENDPOINTS_PER_SLICE)) {
    const slice = spare.shift();
    const endpoints = left.slice(0, ENDPOINTS_PER_SLICE);
    further.push({ ...(slice === undefined ? {} : { slice }), ports: group.ports, endpoints });
  }
  return [...filled.filter(({ endpoints }) => endpoints.length > 0), ...further];
}

/** Slices that change anyway come first; then the fullest, so that few are changed in the long run. */
function byLeastDisturbance(a: Draft, b: Draft): number {
  return Number(b.isChanged) - Number(a.isChanged) || b.endpoints.length - a.endpoints.length;
}

/** The pod; its address where somebody else wrote the endpoint. */
function idOf({ targetRef, addresses }: Endpoint): string {
  return targetRef?.uid ?? addresses.join(',');
}
