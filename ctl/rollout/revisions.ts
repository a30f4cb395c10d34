// The revisions of a workload, read from the cluster, and which of them to go back to.
import { controllerRevisionKind } from '@gantry/api/kinds/controller-revision';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import type { AnyObject } from '@gantry/api/meta';
import { daemonSetRevisions, deploymentRevisions, type Revision } from '@gantry/api/workload-revisions';
import { CliError, EXIT } from '../command.ts';
import type { Connection } from '../connect.ts';

/** All revisions that are kept, oldest first. */
export async function revisionsOf(
  { client }: Pick<Connection, 'client'>,
  owner: AnyObject,
): Promise<Revision[]> {
  const namespace = owner.metadata.namespace ?? '';
  if (owner.kind === 'DaemonSet')
    return daemonSetRevisions((await client.list(controllerRevisionKind, { namespace })).items, owner);
  return deploymentRevisions((await client.list(replicaSetKind, { namespace })).items, owner);
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
