// The actions on a Deployment's ReplicaSets, with the events by which Kubernetes' users know them.
import type { Deployment } from '@gantry/api/kinds/deployment';
import { replicaSetKind, type ReplicaSet } from '@gantry/api/kinds/replica-set';
import isEqual from 'fast-deep-equal';
import type { Action, EventNote } from '../../engine/controller.ts';
import { sizeAnnotations } from './annotations.ts';
import type { Fleet, Member } from './fleet.ts';
import type { Step } from './plan.ts';
import { syncedReplicaSet } from './version.ts';

type Update = Extract<Action, { type: 'update' }>;

/** Brings a ReplicaSet to its new size and, if it is the current version's, into step with the Deployment. */
export function updateReplicaSet(
  deployment: Deployment,
  fleet: Fleet,
  member: Member,
  { sizes, recordSizes }: Pick<Step, 'sizes' | 'recordSizes'>,
): Update[] {
  const { replicaSet, size: before, name } = member;
  const synced = member === fleet.current ? syncedReplicaSet(deployment, fleet, member) : replicaSet;
  const size = sizes.get(name) ?? before;
  const isSized = size !== before || (recordSizes && sizes.has(name));
  const object = isSized ? sized(synced, size, fleet) : synced;
  if (isEqual(object, replicaSet)) return [];
  return [
    {
      type: 'update',
      definition: replicaSetKind,
      object,
      ...(size === before ? {} : { event: scalingEvent(deployment, name, before, size) }),
    },
  ];
}

/** Makes the ReplicaSet of a new version. */
export function createReplicaSet(deployment: Deployment, object: ReplicaSet): Action {
  const { replicas: size = 0 } = object.spec;
  const event = scalingEvent(deployment, object.metadata.name ?? '', 0, size);
  return { type: 'create', definition: replicaSetKind, object, ...(size > 0 ? { event } : {}) };
}

/** Forgets an old version. */
export function deleteReplicaSet({ replicaSet }: Member): Action {
  const { namespace = '', name = '', uid = '' } = replicaSet.metadata;
  const ref = { definition: replicaSetKind, namespace, name, uid };
  return { type: 'delete', ref, reason: 'beyond the revision history limit' };
}

function sized(replicaSet: ReplicaSet, size: number, fleet: Fleet): ReplicaSet {
  const annotations = { ...replicaSet.metadata.annotations, ...sizeAnnotations(fleet) };
  return {
    ...replicaSet,
    metadata: { ...replicaSet.metadata, annotations },
    spec: { ...replicaSet.spec, replicas: size },
  };
}

function scalingEvent(regarding: Deployment, name: string, from: number, to: number): EventNote {
  const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${name} from ${from} to ${to}`;
  return { regarding, severity: 'Normal', reason: 'ScalingReplicaSet', message };
}
