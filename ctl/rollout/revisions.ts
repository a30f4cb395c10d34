// The revisions of a workload: ReplicaSets of a Deployment, ControllerRevisions of a DaemonSet.
import { controllerRevisionKind } from '@gantry/api/kinds/controller-revision';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import type { AnyObject } from '@gantry/api/meta';
import { CliError, EXIT } from '../command.ts';
import type { Connection } from '../connect.ts';

/** Annotation with a Deployment's or ReplicaSet's revision. */
export const REVISION = 'deployment.kubernetes.io/revision';
const CHANGE_CAUSE = 'kubernetes.io/change-cause';
const TEMPLATE_HASH = 'pod-template-hash';

/** One revision; `template` is what its pods are made from. */
export interface Revision {
  number: number;
  changeCause: string;
  template: unknown;
}

/** All revisions that are kept, oldest first. */
export async function revisionsOf(
  connection: Pick<Connection, 'client'>,
  owner: AnyObject,
): Promise<Revision[]> {
  const revisions =
    owner.kind === 'DaemonSet' ? await ofDaemonSet(connection, owner) : await ofDeployment(connection, owner);
  return revisions.toSorted((a, b) => a.number - b.number);
}

/** The revision to go back to: the one named, or the last but one. @throws CliError when there is none. */
export function revisionToUndo(revisions: readonly Revision[], wanted: number | undefined): Revision {
  const found = wanted === undefined ? revisions.at(-2) : revisions.find(({ number }) => number === wanted);
  if (found !== undefined) return found;
  const known = revisions.map(({ number }) => number).join(', ') || 'none';
  throw new CliError(
    wanted === undefined ? 'There is no earlier revision to go back to.' : `There is no revision ${wanted}.`,
    { exitCode: EXIT.notFound, nextStep: `Revisions that are kept: ${known}.` },
  );
}

async function ofDeployment(connection: Pick<Connection, 'client'>, owner: AnyObject): Promise<Revision[]> {
  const { items } = await connection.client.list(replicaSetKind, {
    namespace: owner.metadata.namespace ?? '',
  });
  return items
    .filter((item) => isOwnedBy(item, owner))
    .map((item) => ({
      number: Number(item.metadata.annotations?.[REVISION] ?? 0),
      changeCause: item.metadata.annotations?.[CHANGE_CAUSE] ?? '<none>',
      template: withoutHash(item.spec.template),
    }));
}

async function ofDaemonSet(connection: Pick<Connection, 'client'>, owner: AnyObject): Promise<Revision[]> {
  const { items } = await connection.client.list(controllerRevisionKind, {
    namespace: owner.metadata.namespace ?? '',
  });
  return items
    .filter((item) => isOwnedBy(item, owner))
    .map((item) => ({
      number: item.revision,
      changeCause: item.metadata.annotations?.[CHANGE_CAUSE] ?? '<none>',
      template: (item.data as { spec?: { template?: unknown } } | undefined)?.spec?.template,
    }));
}

function isOwnedBy(item: { metadata: AnyObject['metadata'] }, owner: AnyObject): boolean {
  return item.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;
}

/** The controller adds the hash label; a template that goes back must not carry it. */
function withoutHash(template: unknown): unknown {
  const copy = structuredClone(template) as { metadata?: { labels?: Record<string, string> } };
  if (copy.metadata?.labels !== undefined) delete copy.metadata.labels[TEMPLATE_HASH];
  return copy;
}
