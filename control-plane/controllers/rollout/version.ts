// The ReplicaSet of the current template: what it is called and what it says. Its name follows from the template, so that
// making it twice makes one. Pure.
import type { PodTemplateSpec } from '@gantry/api/kinds/pod';
import { replicaSetKind, type ReplicaSet } from '@gantry/api/kinds/replica-set';
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import type { AntiAffinity } from '@gantry/api/kinds/rollout/strategy';
import { controllerReference } from '@gantry/api/owner-references';
import { withEarlier } from '../deployment/annotations.ts';
import type { Fleet, Member } from './fleet.ts';
import {
  ADDED_AFFINITY,
  DESIRED_REPLICAS,
  HASH_LABEL,
  REVISION,
  REVISION_HISTORY,
} from '@gantry/api/rollout/marks';

/** Annotations of the Rollout that say nothing about a version. */
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
]);

/** The number that the current version should have: one more than all others. */
export function nextRevision({ all, current }: Fleet): number {
  return Math.max(0, ...all.filter((member) => member !== current).map(({ revision }) => revision)) + 1;
}

/** The number that the current version has, or gets in this pass. */
export function ownRevision(fleet: Fleet): number {
  return Math.max(fleet.current?.revision ?? 0, nextRevision(fleet));
}

/** The ReplicaSet to create for the current template. */
export function newReplicaSet(rollout: Rollout, fleet: Fleet, size: number): ReplicaSet {
  const { namespace, name = '' } = rollout.metadata;
  const { selector, minReadySeconds, template } = rollout.spec;
  const labels = { ...template?.metadata?.labels, [HASH_LABEL]: fleet.hash };
  const { spec, added } = withAntiAffinity(template?.spec ?? { containers: [] }, rollout, fleet);
  return {
    apiVersion: 'apps/v1',
    kind: replicaSetKind.kind,
    metadata: {
      name: `${name}-${fleet.hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels,
      annotations: {
        ...copiedAnnotations(rollout),
        ...added,
        [REVISION]: String(nextRevision(fleet)),
        [DESIRED_REPLICAS]: String(fleet.replicas),
      },
      ownerReferences: [controllerReference(rolloutKind, rollout)],
    },
    spec: {
      replicas: size,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector?.matchLabels, [HASH_LABEL]: fleet.hash } },
      template: { ...template, metadata: { ...template?.metadata, labels }, spec },
    },
  };
}

/** The current version's ReplicaSet with number, annotations and minReadySeconds as the Rollout has them. */
export function syncedReplicaSet(rollout: Rollout, fleet: Fleet, { replicaSet }: Member): ReplicaSet {
  const { minReadySeconds: _, ...spec } = replicaSet.spec;
  const { minReadySeconds } = rollout.spec;
  return {
    ...replicaSet,
    metadata: { ...replicaSet.metadata, annotations: numbered(rollout, fleet, replicaSet) },
    spec: { ...spec, ...(minReadySeconds === undefined ? {} : { minReadySeconds }) },
  };
}

/** The highest number is the current version's; a lower one of its own goes into its history. */
function numbered(rollout: Rollout, fleet: Fleet, replicaSet: ReplicaSet): Record<string, string> {
  const present = replicaSet.metadata.annotations ?? {};
  const next = nextRevision(fleet);
  const before = Number(present[REVISION] ?? 0) || 0;
  const annotations: Record<string, string> = { ...present, ...copiedAnnotations(rollout) };
  if (before >= next) return annotations;
  annotations[REVISION] = String(next);
  if (before > 0) annotations[REVISION_HISTORY] = withEarlier(present[REVISION_HISTORY], before);
  return annotations;
}

function copiedAnnotations({ metadata }: Rollout): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.has(key)),
  );
}

/** Pods of the new version keep off nodes of the stable one; what the user wrote is noted, to know it again. */
function withAntiAffinity(
  spec: PodTemplateSpec['spec'],
  rollout: Rollout,
  { stableHash }: Fleet,
): { spec: PodTemplateSpec['spec']; added: Record<string, string> } {
  const { canary, blueGreen } = rollout.spec.strategy;
  const asked = (canary ?? blueGreen)?.antiAffinity;
  if (asked === undefined || stableHash === '') return { spec, added: {} };
  const affinity = spec.affinity ?? {};
  return {
    spec: {
      ...spec,
      affinity: { ...affinity, podAntiAffinity: apart(affinity.podAntiAffinity, asked, stableHash) },
    },
    added: { [ADDED_AFFINITY]: JSON.stringify(spec.affinity ?? null) },
  };
}

type PodAntiAffinity = NonNullable<NonNullable<PodTemplateSpec['spec']['affinity']>['podAntiAffinity']>;

function apart(
  present: PodAntiAffinity | undefined,
  {
    requiredDuringSchedulingIgnoredDuringExecution: required,
    preferredDuringSchedulingIgnoredDuringExecution: preferred,
  }: AntiAffinity,
  hash: string,
): PodAntiAffinity {
  const term = {
    labelSelector: { matchLabels: { [HASH_LABEL]: hash } },
    topologyKey: 'kubernetes.io/hostname',
  };
  return {
    ...present,
    ...(required === undefined
      ? {}
      : {
          requiredDuringSchedulingIgnoredDuringExecution: [
            ...(present?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
            term,
          ],
        }),
    ...(preferred === undefined
      ? {}
      : {
          preferredDuringSchedulingIgnoredDuringExecution: [
            ...(present?.preferredDuringSchedulingIgnoredDuringExecution ?? []),
            { weight: preferred.weight, podAffinityTerm: term },
          ],
        }),
  };
}
