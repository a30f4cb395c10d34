// The actions on a Rollout's ReplicaSets, one for each that changes. Pure.
import { replicaSetKind, type ReplicaSet } from '@gantry/api/kinds/replica-set';
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import isEqual from 'fast-deep-equal';
import type { Action, EventNote } from '../../engine/controller.ts';
import { isDeleting } from '../pod-condition.ts';
import { isIdle } from '../deployment/history.ts';
import { deleteReplicaSet } from '../deployment/replica-set-actions.ts';
import type { Decision } from './decision.ts';
import type { Fleet, Member } from './fleet.ts';
import { DESIRED_REPLICAS, REVISION, SCALE_DOWN_DEADLINE } from '@gantry/api/rollout/marks';
import { currentMetadata, withPart, withTemplateMetadata } from './part-metadata.ts';
import { isReached, type Scene } from './scene.ts';
import { isMovedByServices, shared } from '@gantry/api/rollout/settings';
import { timeMs, timeText } from '@gantry/kit/time-text';
import type { SizedMember, Sizes } from './sizes.ts';
import { sizesFor } from './targets.ts';
import { newReplicaSet, ownRevision, syncedReplicaSet } from './version.ts';

/** What becomes of the versions. */
export interface VersionChanges {
  actions: readonly Action[];
  sizes: Sizes;
  /** The ReplicaSet that is made. */
  creating: { name: string; size: number } | undefined;
  /** The name that it should have had, and that is another's. */
  takenName: string | undefined;
}

/** @param mayCreate whether the version of a new template may be begun. */
export function versionChanges(scene: Scene, decision: Decision, mayCreate: boolean): VersionChanges {
  const { rollout, fleet, observed } = scene;
  const name = `${rollout.metadata.name ?? ''}-${fleet.hash}`;
  const isMissing = fleet.current === undefined && mayCreate;
  const none: SizedMember = { name, size: 0, active: 0, available: 0 };
  const sizes = sizesFor(scene, decision, fleet.current ?? (isMissing ? none : undefined));
  const forgotten = forgottenVersions(rollout, fleet, sizes);
  const actions = [
    ...fleet.all
      .filter((member) => !forgotten.includes(member))
      .flatMap((member) => updated(scene, decision, member, sizes)),
    ...forgotten.map(deleteReplicaSet),
  ];
  if (!isMissing) return { actions, sizes, creating: undefined, takenName: undefined };
  if (observed.takenNames.has(name)) return { actions, sizes, creating: undefined, takenName: name };
  const size = sizes.get(name) ?? 0;
  const object = withTemplateMetadata(newReplicaSet(rollout, fleet, size), currentMetadata(scene));
  const event = scalingEvent(rollout, name, 0, size);
  const create: Action = {
    type: 'create',
    definition: replicaSetKind,
    object,
    ...(size > 0 ? { event } : {}),
  };
  return { actions: [create, ...actions], sizes, creating: { name, size }, takenName: undefined };
}

function updated(scene: Scene, decision: Decision, member: Member, sizes: Sizes): Action[] {
  const { rollout, fleet } = scene;
  const { replicaSet, size: before, name } = member;
  const synced = member === fleet.current ? syncedReplicaSet(rollout, fleet, member) : replicaSet;
  const size = sizes.get(name) ?? before;
  const scaled = sized(withPart(scene, member, synced), size, before, fleet);
  const object = withDeadline(scaled, deadlineOf(scene, decision, member));
  if (isEqual(object, replicaSet)) return [];
  return [
    {
      type: 'update',
      definition: replicaSetKind,
      object,
      ...(size === before ? {} : { event: scalingEvent(rollout, name, before, size) }),
    },
  ];
}

function sized(replicaSet: ReplicaSet, size: number, before: number, fleet: Fleet): ReplicaSet {
  if (size === before) return replicaSet;
  const annotations = { ...replicaSet.metadata.annotations, [DESIRED_REPLICAS]: String(fleet.replicas) };
  return {
    ...replicaSet,
    metadata: { ...replicaSet.metadata, annotations },
    spec: { ...replicaSet.spec, replicas: size },
  };
}

/** Until when a version without traffic keeps its pods; undefined where it has no such time. */
export function deadlineOf(scene: Scene, decision: Decision, member: Member): string | undefined {
  const { rollout, fleet, nowMs } = scene;
  const present = member.replicaSet.metadata.annotations?.[SCALE_DOWN_DEADLINE];
  const { scaleDownDelayMs, abortScaleDownDelayMs } = shared(rollout.spec);
  if (!isMovedByServices(rollout.spec)) return undefined;
  if (member === fleet.stable) {
    const isRelieved = decision.promotes && member !== fleet.current;
    return isRelieved ? (present ?? timeText(nowMs + scaleDownDelayMs)) : undefined;
  }
  if (member !== fleet.current) return present;
  const isIdle = decision.abort !== undefined && !isReached(scene, member.hash);
  if (!isIdle || abortScaleDownDelayMs === undefined || member.size === 0) return undefined;
  return present ?? timeText(nowMs + abortScaleDownDelayMs);
}

function withDeadline(replicaSet: ReplicaSet, deadline: string | undefined): ReplicaSet {
  const { [SCALE_DOWN_DEADLINE]: present, ...annotations } = replicaSet.metadata.annotations ?? {};
  if (present === deadline) return replicaSet;
  const next = deadline === undefined ? annotations : { ...annotations, [SCALE_DOWN_DEADLINE]: deadline };
  return { ...replicaSet, metadata: { ...replicaSet.metadata, annotations: next } };
}

/** When to look at delays again, as delays from now. */
export function deadlineRechecks({ fleet, nowMs }: Scene): number[] {
  return fleet.all.flatMap(({ size, replicaSet }) => {
    const deadlineMs = timeMs(replicaSet.metadata.annotations?.[SCALE_DOWN_DEADLINE]);
    return size > 0 && deadlineMs !== undefined && deadlineMs > nowMs ? [deadlineMs - nowMs] : [];
  });
}

/** Versions beyond the limit that have no pods left, lowest number first. */
function forgottenVersions({ spec }: Rollout, { others }: Fleet, sizes: Sizes): readonly Member[] {
  const limit = spec.revisionHistoryLimit ?? 10;
  const kept = others.filter(({ replicaSet }) => !isDeleting(replicaSet));
  return kept
    .toSorted((a, b) => a.revision - b.revision)
    .slice(0, Math.max(0, kept.length - limit))
    .filter((member) => isIdle(member) && !sizes.has(member.name));
}

function scalingEvent(regarding: Rollout, name: string, from: number, to: number): EventNote {
  const message = `Scaled ${to > from ? 'up' : 'down'} ReplicaSet ${name} from ${from} to ${to}`;
  return { regarding, severity: 'Normal', reason: 'ScalingReplicaSet', message };
}

/** The Rollout with the number of its current version, as it is stored. */
export function numberedRollout(stored: Rollout, fleet: Fleet, mayCreate: boolean): Action[] {
  if (fleet.current === undefined && !mayCreate) return [];
  const own = ownRevision(fleet);
  const { annotations } = stored.metadata;
  if (annotations?.[REVISION] === String(own)) return [];
  const metadata = { ...stored.metadata, annotations: { ...annotations, [REVISION]: String(own) } };
  return [{ type: 'update', definition: rolloutKind, object: { ...stored, metadata } }];
}
