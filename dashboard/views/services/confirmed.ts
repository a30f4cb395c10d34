// How far the proxies of the nodes are: whether each has carried out a change of a TrafficSplit or of endpoints. Pure.
import type { Node } from '@gantry/api/kinds/node';
import type { ObjectMeta } from '@gantry/api/meta';
import { PROXY_REVISION_ANNOTATION, SPLIT_REVISION_ANNOTATION } from '@gantry/api/proxy-marks';
import { firstFew } from '@gantry/kit/first-few';
import { isReady } from '../../parts/pod-words.ts';

/** What the proxies of live nodes say. */
export interface Confirmation {
  /** Nodes whose proxies have carried it out. */
  confirmed: readonly string[];
  /** Those that have not. */
  behind: readonly string[];
}

/** What is waited for: endpoints, or splits. */
export type Waited = { endpointsAt: number } | { splitAt: number };

/** Nodes that are not ready answer nobody and are waited for by nobody; so are those without a service proxy. */
export function confirmation(
  nodes: readonly Node[],
  leases: readonly { metadata: ObjectMeta }[],
  waited: Waited,
): Confirmation {
  const marks = new Map(leases.map(({ metadata }) => [metadata.name, metadata.annotations ?? {}]));
  const live = nodes
    .filter(isReady)
    .map(({ metadata }) => metadata.name ?? '')
    .filter((name) => marks.get(name)?.[PROXY_REVISION_ANNOTATION] !== undefined);
  const isDone = (name: string): boolean => {
    const own = marks.get(name) ?? {};
    if ('endpointsAt' in waited) return Number(own[PROXY_REVISION_ANNOTATION] ?? 0) >= waited.endpointsAt;
    return Number(own[SPLIT_REVISION_ANNOTATION] ?? 0) >= waited.splitAt;
  };
  return {
    confirmed: live.filter(isDone),
    behind: live.filter((name) => !isDone(name)),
  };
}

/** Names that a sentence has room for. */
const NAMES_MAX = 5;

/** `confirmed by all 3 proxies`, `confirmed by 2 of 3 proxies; not yet by n3`. */
export function confirmationText({ confirmed, behind }: Confirmation): string {
  const all = confirmed.length + behind.length;
  if (all === 0) return 'no node with a service proxy is ready';
  if (behind.length === 0) return `confirmed by ${all === 1 ? 'the only proxy' : `all ${all} proxies`}`;
  return `confirmed by ${confirmed.length} of ${all} proxies; not yet by ${firstFew(behind, NAMES_MAX)}`;
}
