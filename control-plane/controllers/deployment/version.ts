// The ReplicaSet of the current template: what it is called and what it says. Its name follows from the template,
// so that making it twice makes one.
import { replicaSetKind, type ReplicaSet } from '@gantry/api/kinds/replica-set';
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import { controllerReference } from '@gantry/api/owner-references';
import { invariant } from '@gantry/kit/invariant';
import { contentHash } from '../content-hash.ts';
import { nextRevision, REVISION, sizeAnnotations, versionAnnotations } from './annotations.ts';
import { HASH_LABEL, type Fleet, type Member } from './fleet.ts';

/** More collisions than this are no accident: templates differ that should be the same. */
const COLLISIONS_MAX = 20;

/** The hash of the Deployment's template, other than those that have met another template. */
export function templateHash(deployment: Deployment): string {
  const collisions = deployment.status?.collisionCount ?? 0;
  invariant(collisions <= COLLISIONS_MAX, `${collisions} collisions of template hashes`);
  return contentHash(deployment.spec.template, collisions);
}

/** The ReplicaSet to create for the current template. */
export function newReplicaSet(deployment: Deployment, fleet: Fleet, hash: string, size: number): ReplicaSet {
  const { namespace, name = '' } = deployment.metadata;
  const { template, selector, minReadySeconds } = deployment.spec;
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  return {
    apiVersion: 'apps/v1',
    kind: replicaSetKind.kind,
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels,
      annotations: {
        ...versionAnnotations(deployment, {}, nextRevision(fleet)),
        ...sizeAnnotations(fleet),
      },
      ownerReferences: [controllerReference(deploymentKind, deployment)],
    },
    spec: {
      replicas: size,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

/** The current version's ReplicaSet with number, annotations and minReadySeconds as the Deployment has them. */
export function syncedReplicaSet(deployment: Deployment, fleet: Fleet, { replicaSet }: Member): ReplicaSet {
  const { minReadySeconds: _, ...spec } = replicaSet.spec;
  const { minReadySeconds } = deployment.spec;
  const annotations = versionAnnotations(
    deployment,
    replicaSet.metadata.annotations ?? {},
    nextRevision(fleet),
  );
  return {
    ...replicaSet,
    metadata: { ...replicaSet.metadata, annotations },
    spec: { ...spec, ...(minReadySeconds === undefined ? {} : { minReadySeconds }) },
  };
}

/** The Deployment with the number of its current version; the same object when it has it already. */
export function withRevision(deployment: Deployment, revision: string | undefined): Deployment {
  const { annotations } = deployment.metadata;
  if (revision === undefined || annotations?.[REVISION] === revision) return deployment;
  return {
    ...deployment,
    metadata: { ...deployment.metadata, annotations: { ...annotations, [REVISION]: revision } },
  };
}
