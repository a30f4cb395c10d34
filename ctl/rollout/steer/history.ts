// The revisions of a Rollout that are kept: a list, one of them in full, and which to go back to. Pure.
import { writtenTemplate } from '@gantry/api/rollout/written-template';
import { CHANGE_CAUSE } from '@gantry/api/workload-revisions';
import { CliError, EXIT } from '../../command.ts';
import { templateField } from '../../describe/describe-pod.ts';
import { renderFields } from '../../describe/layout.ts';
import { alignColumns } from '../../print/aligned.ts';
import { versionsOf, type Picture, type Version } from '@gantry/api/rollout/picture';

const NONE = '<none>';

/** A table, oldest first. */
export function historyText(picture: Picture): string {
  const rows = versionsOf(picture)
    .toReversed()
    .map((version) => [
      String(version.revision),
      version.roles.join(', ') || NONE,
      version.images.join(', '),
      version.name,
      version.replicaSet.metadata.annotations?.[CHANGE_CAUSE] ?? NONE,
    ]);
  return alignColumns([['REVISION', 'ROLE', 'IMAGES', 'REPLICASET', 'CHANGE-CAUSE'], ...rows]);
}

/** One revision with its template. @throws CliError when there is none. */
export function revisionText(picture: Picture, revision: number): string {
  const version = foundRevision(picture, revision);
  const { metadata } = version.replicaSet;
  return renderFields([
    ['Rollout', picture.rollout.metadata.name ?? ''],
    ['Revision', String(version.revision)],
    ['Role', version.roles.length === 0 ? undefined : version.roles.join(', ')],
    ['ReplicaSet', version.name],
    ['Change Cause', metadata.annotations?.[CHANGE_CAUSE]],
    templateField(writtenTemplate(version.replicaSet)),
  ]);
}

/** The revision to go back to: the one named, or the last but one. @throws CliError that lists those there are. */
export function revisionToUndo(picture: Picture, wanted: number | undefined): Version {
  if (wanted !== undefined) return foundRevision(picture, wanted);
  const versions = versionsOf(picture);
  const [, before] = versions;
  if (before !== undefined) return before;
  throw new CliError('There is no earlier revision to go back to.', {
    exitCode: EXIT.notFound,
    nextStep: knownText(versions),
  });
}

function foundRevision(picture: Picture, wanted: number): Version {
  const versions = versionsOf(picture);
  const found = versions.find(({ revision }) => revision === wanted);
  if (found !== undefined) return found;
  throw new CliError(`There is no revision ${wanted}.`, {
    exitCode: EXIT.notFound,
    nextStep: knownText(versions),
  });
}

function knownText(versions: readonly Version[]): string {
  const numbers = versions.map(({ revision }) => revision).toReversed();
  return `Revisions that are kept: ${numbers.join(', ') || 'none'}.`;
}
