// What `gantry apply` would change: the server applies each manifest without storing it, and the result is compared
// with the live object.
import { objectIdOf } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { isNotFound } from '@gantry/api/status-error';
import { APPLY_MANAGER } from '@gantry/api/apply-outcome';
import { applyWaves } from '@gantry/api/apply-order';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { describeFailure } from '../failure.ts';
import { mapBounded } from '@gantry/kit/map-bounded';
import { readManifests, type Manifest } from '../manifests/read-manifests.ts';
import { paletteFor } from '../print/colours.ts';
import { readablePair } from '@gantry/api/readable-object';
import { unifiedDiff } from './unified-diff.ts';

const CONCURRENCY = 16;

/** Carries out `gantry diff`; ends with 1 when there are differences. @throws CliError when some could not be told. */
export async function runDiff(
  context: CommandContext,
  flags: { filename: string[]; recursive?: boolean; forceConflicts?: boolean },
): Promise<void> {
  const connection = await context.connect();
  const { manifests, faults } = await readManifests(context, flags.filename, {
    recursive: flags.recursive ?? false,
  });
  const results = await mapBounded(applyWaves(manifests).flat(), CONCURRENCY, (manifest) =>
    diffOne(context, connection, manifest, flags.forceConflicts ?? false),
  );
  const failures = [...faults, ...results.flatMap((result) => ('error' in result ? [result.error] : []))];
  const texts = results.flatMap((result) => ('text' in result && result.text !== '' ? [result.text] : []));
  for (const text of texts) context.io.out(text);
  for (const failure of failures) context.io.err(`${failure}\n`);
  if (failures.length > 0) {
    const all = manifests.length + faults.length;
    throw new CliError(`${failures.length} of ${all} could not be compared.`, { exitCode: EXIT.invalid });
  }
  if (texts.length > 0) context.endWith(EXIT.differs);
}

async function diffOne(
  context: CommandContext,
  connection: Connection,
  { definition, object, place }: Manifest,
  force: boolean,
): Promise<{ text: string } | { error: string }> {
  const namespace = definition.namespaced ? (object.metadata.namespace ?? connection.namespace) : '';
  const name = object.metadata.name ?? '';
  if (name === '') return { error: `${place}: metadata.name: is missing; diff compares objects by name` };
  const key = { namespace, name };
  try {
    const before = await connection.client.get(definition, key).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
    const placed: AnyObject =
      namespace === '' ? object : { ...object, metadata: { ...object.metadata, namespace } };
    const after = await connection.client.patch(definition, key, 'apply', placed, {
      fieldManager: APPLY_MANAGER,
      fieldValidation: 'Strict',
      dryRun: true,
      force,
      onWarning: (sentence) => {
        context.io.err(`Warning: ${place}: ${sentence}\n`);
      },
    });
    const label = objectIdOf(definition, name);
    const names = {
      before: before === undefined ? '/dev/null' : `live/${label}`,
      after: `${place}/${label}`,
    };
    return { text: unifiedDiff(names, ...readablePair(before, after), paletteFor(context.io.terminal)) };
  } catch (error) {
    return { error: `${place}: ${describeFailure(error).message}` };
  }
}
