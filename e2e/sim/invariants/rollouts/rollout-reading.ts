// What invariants read off Rollouts, their Services and their splits: told anew, not taken from the controller.
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { Service } from '@gantry/api/kinds/service';
import type { SplitRule, TrafficSplit } from '@gantry/api/kinds/traffic-split';
import type { AnyObject } from '@gantry/api/meta';
import { HASH_LABEL } from '@gantry/api/rollout/marks';
import { nameOf, ownerUidOf } from '../object-reading.ts';
import type { ObjectsSoFar } from '../objects-so-far.ts';

/** The version that a Service leads to, or that a pod or ReplicaSet is of; empty where none is named. */
export function versionOf(object: AnyObject | undefined): string {
  if (object?.kind === 'Service') return (object as Service).spec.selector?.[HASH_LABEL] ?? '';
  return object?.metadata.labels?.[HASH_LABEL] ?? '';
}

/** Names of the Services; undefined where there is no such one. */
export function servicesOf({ spec: { strategy } }: Rollout): { main?: string; side?: string } {
  const { canary, blueGreen } = strategy;
  const main = blueGreen?.activeService ?? canary?.stableService;
  const side = blueGreen === undefined ? canary?.canaryService : blueGreen.previewService;
  return { ...(main === undefined ? {} : { main }), ...(side === undefined ? {} : { side }) };
}

/** The new version's part of a split, in percent. Routes are no shares. */
export interface SideShare {
  side: string;
  /** Of the requests that may be led there: the audience's, where there is one. */
  weight: number;
  /** Of those that no audience is about; all of them where there is none. */
  ofOthers: number;
}

/** An audience has a rule of its own, before that for all others. */
export function sideShare({ spec: { service: main, rules } }: TrafficSplit): SideShare | undefined {
  const sideIn = (rule: SplitRule | undefined): SplitRule['backends'][number] | undefined =>
    rule?.backends.find(({ service }) => service !== main);
  const others = sideIn(rules.at(-1));
  if (others === undefined) return undefined;
  const audience = sideIn(rules.find(({ name }) => name === 'audience'));
  const weight = Math.max(others.weight, audience?.weight ?? 0);
  return { side: others.service, weight, ofOthers: others.weight };
}

/** The Rollout that a split or ReplicaSet belongs to, be it by way of an Experiment. */
export function rolloutOf(object: AnyObject, objects: ObjectsSoFar): Rollout | undefined {
  const owner = objects.byUid(ownerUidOf(object) ?? '');
  if (owner?.kind === 'Experiment') return rolloutOf(owner, objects);
  return owner?.kind === 'Rollout' ? (owner as Rollout) : undefined;
}

/** The object of that name beside another one: a Service, when nothing else is said. */
export function besideOf(
  { metadata }: AnyObject,
  name: string,
  all: Iterable<AnyObject>,
  kind = 'Service',
): AnyObject | undefined {
  for (const object of all)
    if (object.kind === kind && nameOf(object) === name && object.metadata.namespace === metadata.namespace)
      return object;
  return undefined;
}
