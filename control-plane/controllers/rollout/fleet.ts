// A Rollout's ReplicaSets as figures: the latest version's, the stable one's, all others. Pure.
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { Pod } from '@gantry/api/kinds/pod';
import { invariant } from '@gantry/kit/invariant';
import { contentHash } from '../content-hash.ts';
import { isSameTemplate, memberOf, type Member as CountedMember } from '../deployment/fleet.ts';
import { byAge } from '../pod-condition.ts';
import { HASH_LABEL, REVISION } from '@gantry/api/rollout/marks';
import { withoutAdditions } from '@gantry/api/rollout/written-template';

/** More collisions than this are no accident: templates differ that should be the same. */
const COLLISIONS_MAX = 20;

/** One version. */
export interface Member extends CountedMember {
  hash: string;
  revision: number;
}

/** All versions of a Rollout. */
export interface Fleet {
  /** Pods that the Rollout is to have. */
  replicas: number;
  /** Hash of the current template. */
  hash: string;
  /** Hash of the stable version; empty before there is one. */
  stableHash: string;
  /** The version of the current template, if it has been made. */
  current: Member | undefined;
  /** The stable version; may be the current one. */
  stable: Member | undefined;
  /** All that are neither, oldest first. */
  others: readonly Member[];
  all: readonly Member[];
}

/** Sorts the versions and counts their pods. */
export function fleetOf(
  rollout: Rollout,
  replicaSets: readonly ReplicaSet[],
  podsOf: ReadonlyMap<string, readonly Pod[]>,
  nowMs: number,
): Fleet {
  const all = replicaSets.toSorted(byAge).map((replicaSet) => ({
    ...memberOf(replicaSet, podsOf.get(replicaSet.metadata.uid ?? '') ?? [], nowMs),
    hash: hashOf(replicaSet),
    revision: revisionOf(replicaSet),
  }));
  const hash = templateHash(rollout);
  const current = all.find((member) => member.hash === hash && isVersionOf(member.replicaSet, rollout));
  const given = rollout.status?.stableRS ?? '';
  const stable = given === '' ? undefined : all.find((member) => member.hash === given);
  return {
    replicas: rollout.spec.replicas ?? 1,
    ...{ hash, current, stable, all },
    stableHash: stable === undefined ? '' : given,
    others: all.filter((member) => member !== current && member !== stable),
  };
}

/** The hash of the Rollout's template, other than those that have met another template. */
export function templateHash({ spec, status }: Rollout): string {
  const collisions = status?.collisionCount ?? 0;
  invariant(collisions <= COLLISIONS_MAX, `${collisions} collisions of template hashes`);
  return contentHash(spec.template ?? {}, collisions);
}

/** The version of a ReplicaSet. */
export function hashOf({ metadata }: Pick<ReplicaSet, 'metadata'>): string {
  return metadata.labels?.[HASH_LABEL] ?? '';
}

/** The number of a version; 0 when it has none. */
export function revisionOf({ metadata }: Pick<ReplicaSet, 'metadata'>): number {
  return Number(metadata.annotations?.[REVISION] ?? 0) || 0;
}

function isVersionOf(replicaSet: ReplicaSet, { spec }: Rollout): boolean {
  if (spec.template === undefined) return false;
  return isSameTemplate(withoutAdditions(replicaSet), spec.template, HASH_LABEL);
}

/** Adds up one figure. */
export function sum(members: readonly Member[], figure: (member: Member) => number): number {
  return members.reduce((total, member) => total + figure(member), 0);
}
