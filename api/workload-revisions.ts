// The kept revisions of a workload: ReplicaSets of a Deployment, ControllerRevisions of a DaemonSet. Pure.
import type { ControllerRevision } from './kinds/controller-revision.ts';
import type { ReplicaSet } from './kinds/replica-set.ts';
import type { ObjectMeta } from './meta.ts';

/** Annotation with a Deployment's or ReplicaSet's revision. */
export const REVISION = 'deployment.kubernetes.io/revision';
/** Annotation in which users say why they changed something; kubectl reads and writes it too. */
export const CHANGE_CAUSE = 'kubernetes.io/change-cause';
/** On a template: makes all pods anew when it changes. kubectl's own, so that it does not matter who restarts. */
export const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
/** On pods and ReplicaSets: which template of a Deployment they are made from. */
export const TEMPLATE_HASH = 'pod-template-hash';

/** One revision; `template` is what its pods are made from. */
export interface Revision {
  number: number;
  /** `<none>` where nobody said. */
  changeCause: string;
  template: unknown;
  /** The object that keeps it. */
  keptBy: string;
}

interface Owner {
  metadata: ObjectMeta;
}

/** Those of a Deployment, oldest first. */
export function deploymentRevisions(replicaSets: readonly ReplicaSet[], owner: Owner): Revision[] {
  return replicaSets
    .filter((item) => isOwnedBy(item, owner))
    .map((item) => ({
      ...identityOf(item),
      number: Number(item.metadata.annotations?.[REVISION] ?? 0),
      template: withoutHash(item.spec.template),
    }))
    .sort(byNumber);
}

/** Those of a DaemonSet, oldest first. */
export function daemonSetRevisions(kept: readonly ControllerRevision[], owner: Owner): Revision[] {
  return kept
    .filter((item) => isOwnedBy(item, owner))
    .map((item) => ({
      ...identityOf(item),
      number: item.revision,
      template: (item.data as { spec?: { template?: unknown } } | undefined)?.spec?.template,
    }))
    .sort(byNumber);
}

const byNumber = (a: Revision, b: Revision): number => a.number - b.number;

function identityOf({ metadata }: Owner): Pick<Revision, 'changeCause' | 'keptBy'> {
  return { changeCause: metadata.annotations?.[CHANGE_CAUSE] ?? '<none>', keptBy: metadata.name ?? '' };
}

function isOwnedBy(item: Owner, owner: Owner): boolean {
  return item.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;
}

/** The controller adds the hash label; a template that goes back must not carry it. */
function withoutHash(template: unknown): unknown {
  const copy = structuredClone(template) as { metadata?: { labels?: Record<string, string> } };
  if (copy.metadata?.labels !== undefined) delete copy.metadata.labels[TEMPLATE_HASH];
  return copy;
}
