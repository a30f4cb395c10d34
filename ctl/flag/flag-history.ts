// `gantry flag history` and `gantry flag revert`.
import { HISTORY_OF_LABEL, historyOf, type HistoryEntry } from '@gantry/api/change-history';
import { objectIdOf } from '@gantry/api/definition';
import { revertedFlags, revertReason, specAtRevision } from '@gantry/api/flags/revert-flags';
import { specChanges } from '@gantry/api/flags/rule-changes';
import { controllerRevisionKind } from '@gantry/api/kinds/controller-revision';
import { featureFlagKind, type FeatureFlag, type FeatureFlagSpec } from '@gantry/api/kinds/feature-flag';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { alignColumns } from '../print/aligned.ts';
import { dataFormatOf, dataText } from '../print/data-text.ts';
import { findFeatureFlag, flagIn } from './find-flag.ts';

const HEAD = ['REVISION', 'WHEN', 'WHO', 'WHY', 'CHANGES'];
const NONE = '<none>';

/** Prints the changes of a FeatureFlag, or those of one of its flags, oldest first. */
export async function printHistory(
  context: CommandContext,
  named: string,
  key: string | undefined,
  output: string | undefined,
): Promise<void> {
  const format = dataFormatOf(output);
  const connection = await context.connect();
  const { object } = await findFeatureFlag(connection, named);
  const entries = (await readHistory(connection, object))
    .map((entry) => ({ ...entry, changes: ofFlag(entry.changes, key) }))
    .filter(({ changes }) => key === undefined || changes.length > 0);
  if (key !== undefined && entries.length === 0) flagIn(object, key);
  if (format !== undefined) context.io.out(dataText(format, entries));
  else if (entries.length > 0) context.io.out(alignColumns([HEAD, ...entries.map(rowOf)]));
  else context.io.err(`No changes found of ${key === undefined ? '' : `flag ${key} in `}${named}.\n`);
}

/** Makes all flags what they were at a revision; a change of its own. Safe to repeat. */
export async function revertFlags(
  context: CommandContext,
  named: string,
  { to, reason, dryRun = false }: { to: string; reason?: string; dryRun?: boolean },
): Promise<void> {
  const connection = await context.connect();
  const { object, place } = await findFeatureFlag(connection, named);
  const id = objectIdOf(featureFlagKind, place.name);
  const spec = specAt(await readHistory(connection, object), to, place.name);
  const changes = specChanges(object.spec, spec);
  if (changes.length === 0) {
    context.io.out(`${id}: it is as it was at revision ${to}\n`);
    return;
  }
  context.io.out(changes.map((change) => `  ${change}\n`).join(''));
  const why = revertReason(to, reason);
  const next = revertedFlags(object, spec, why);
  await connection.client.update(featureFlagKind, next, { fieldManager: 'gantry-flag', dryRun });
  context.io.out(`${id}: ${why}${dryRun ? ' (dry run)' : ''}\n`);
}

async function readHistory(
  { client, namespace }: Connection,
  { metadata }: FeatureFlag,
): Promise<HistoryEntry[]> {
  const labelSelector = `${HISTORY_OF_LABEL}=${metadata.uid ?? ''}`;
  return historyOf((await client.list(controllerRevisionKind, { namespace, labelSelector })).items);
}

/** @throws CliError when that state is not kept. */
function specAt(entries: readonly HistoryEntry[], to: string, name: string): FeatureFlagSpec {
  const kept = specAtRevision(entries, to);
  if ('spec' in kept) return kept.spec;
  const nextStep = `gantry flag history ${name} shows the revisions that are kept.`;
  if (kept.missing === 'not kept')
    throw new CliError(`Revision ${to} of FeatureFlag "${name}" is not kept.`, {
      exitCode: EXIT.notFound,
      nextStep,
    });
  throw new CliError(
    `Of revision ${to} of FeatureFlag "${name}" only its changes are kept: it was too large.`,
    { exitCode: EXIT.invalid, nextStep },
  );
}

const ofFlag = (changes: readonly string[], key: string | undefined): readonly string[] =>
  key === undefined ? changes : changes.filter((change) => change.startsWith(`flag ${key}: `));

const rowOf = ({ revision, at, by, reason, changes }: HistoryEntry): string[] => [
  ...[String(revision), at, by, reason ?? NONE],
  changes.join('; '),
];
