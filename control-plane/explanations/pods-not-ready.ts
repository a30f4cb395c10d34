// What the pods of workloads wait for, counted by cause: for their controller, and for the controller of that. Pure.
import { apiVersionOf, resourceIdOf, type KindDefinition } from '@gantry/api/definition';
import type { PodsNotReady } from '@gantry/api/explanation';
import type { Pod } from '@gantry/api/kinds/pod';
import { keyOf, keyText, type AnyObject } from '@gantry/api/meta';
import { controllerOf } from '@gantry/api/owner-references';
import type { CacheReader } from '../cache/cache.ts';
import { counted } from '../controllers/counted.ts';
import { keepsWaiting, type PodWait } from './pod-wait.ts';

/** Causes told of one workload; more are left out. */
const CAUSES_MAX = 8;

/** A workload whose pods wait. */
export interface WaitingWorkload {
  definition: KindDefinition;
  object: AnyObject;
  reasons: readonly PodsNotReady[];
  sentences: readonly string[];
  /** RFC 3339: since the first of the pods does. */
  since: string;
}

/** Finds the kind of an owner reference. */
export type FindKind = (apiVersion: string, kind: string) => KindDefinition | undefined;

interface Owner {
  definition: KindDefinition;
  object: AnyObject;
}

interface Counted {
  reason: PodsNotReady;
  /** What one of the pods says. */
  example: string;
}

interface Tally extends Owner {
  /** By cause and what is in between. */
  counts: Map<string, Counted>;
  since: string;
}

/** Counts each waiting pod for its owner, and for the owner of that. */
export function waitingWorkloads(
  waits: readonly { pod: Pod; wait: PodWait }[],
  cache: Pick<CacheReader, 'get'>,
  find: FindKind,
): WaitingWorkload[] {
  const tallies = new Map<string, Tally>();
  for (const { pod, wait } of waits) {
    if (!keepsWaiting(pod)) continue;
    const owner = ownerOf(pod, cache, find);
    if (owner === undefined) continue;
    count(tallies, owner, wait, undefined);
    const above = ownerOf(owner.object, cache, find);
    if (above !== undefined) count(tallies, above, wait, owner.object.metadata.name);
  }
  return [...tallies.values()].map(({ definition, object, counts, since }) => {
    const told = [...counts.values()].sort((a, b) => b.reason.pods - a.reason.pods).slice(0, CAUSES_MAX);
    return {
      ...{ definition, object, since },
      reasons: told.map(({ reason }) => reason),
      sentences: told.map(({ reason, example }) => sentenceOf(reason, example)),
    };
  });
}

/** `2 pods of web-5d9 are not ready: image pull back-off (container app: …)`. */
function sentenceOf({ pods, of, cause }: PodsNotReady, example: string): string {
  const which = `${counted(pods, 'pod')}${of === undefined ? '' : ` of ${of}`}`;
  const more = example === '' ? '' : ` (${example})`;
  return `${which} ${pods === 1 ? 'is' : 'are'} not ready: ${cause}${more}`;
}

/** The managing owner, if it is there: another object of its name is not it. */
function ownerOf(object: AnyObject, cache: Pick<CacheReader, 'get'>, find: FindKind): Owner | undefined {
  const reference = controllerOf(object);
  const definition = reference === undefined ? undefined : find(reference.apiVersion, reference.kind);
  if (reference === undefined || definition === undefined) return undefined;
  const namespace = definition.namespaced ? (object.metadata.namespace ?? '') : '';
  const found = cache.get(definition, { namespace, name: reference.name });
  return found?.metadata.uid === reference.uid ? { definition, object: found } : undefined;
}

function count(tallies: Map<string, Tally>, owner: Owner, wait: PodWait, of: string | undefined): void {
  const id = `${apiVersionOf(owner.definition)} ${resourceIdOf(owner.definition)} ${keyText(keyOf(owner.object))}`;
  const tally = tallies.get(id) ?? { ...owner, counts: new Map<string, Counted>(), since: wait.since };
  tallies.set(id, tally);
  if (wait.since < tally.since) tally.since = wait.since;
  const group = `${wait.cause} ${of ?? ''}`;
  const known = tally.counts.get(group);
  if (known !== undefined) {
    known.reason.pods += 1;
    return;
  }
  const between = of === undefined ? {} : { of };
  // A wait that is told in its cause already needs no example.
  const example = wait.type === 'starting' || wait.type === 'unscheduled' ? '' : wait.sentence;
  const reason: PodsNotReady = { type: 'pods-not-ready', pods: 1, ...between, cause: wait.cause };
  tally.counts.set(group, { reason, example });
}
