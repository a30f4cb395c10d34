// Applies manifests with server-side apply and tells, object by object, what came of it. One bad object does not
// keep the others from being applied.
import { objectIdOf } from '@gantry/api/definition';
import { APPLY_MANAGER, applyOutcome, type ApplyOutcome } from '@gantry/api/apply-outcome';
import type { AnyObject } from '@gantry/api/meta';
import { isNotFound } from '@gantry/api/status-error';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { describeFailure } from '../failure.ts';
import { mapBounded } from '@gantry/kit/map-bounded';
import { readManifests, type Manifest } from '../manifests/read-manifests.ts';
import { applyWaves } from '@gantry/api/apply-order';
import { pruneAbsent } from './prune.ts';

/** Objects applied at once. */
const CONCURRENCY = 16;

/** What the user asked for. */
export interface ApplyOptions {
  files: readonly string[];
  namespace: string;
  recursive?: boolean;
  dryRun?: boolean;
  /** Takes over fields that another manager set. */
  forceConflicts?: boolean;
  validate?: 'Strict' | 'Warn' | 'Ignore';
  /** Deletes objects of this label that are no longer in the files. */
  pruneSelector?: string;
}

/**
 * Applies and reports. @throws CliError after the last object when any could not be read or applied.
 */
export async function applyFiles(
  context: CommandContext,
  connection: Connection,
  options: ApplyOptions,
): Promise<void> {
  const { manifests, faults } = await readManifests(context, options.files, {
    recursive: options.recursive ?? false,
  });
  for (const fault of faults) context.io.err(`${fault}\n`);
  const failures = [...faults];
  const applied: AnyObject[] = [];
  const suffix = options.dryRun === true ? ' (server dry run)' : '';
  for (const wave of applyWaves(manifests)) {
    const results = await mapBounded(wave, CONCURRENCY, (manifest) =>
      applyOne(connection, manifest, options, context),
    );
    results.forEach((result, index) => {
      const manifest = wave[index];
      if (manifest === undefined) return;
      if ('error' in result) {
        failures.push(result.error);
        context.io.err(`${result.error}\n`);
        return;
      }
      applied.push(result.object);
      context.io.out(`${nameOf(manifest, result.object)} ${result.outcome}${suffix}\n`);
    });
  }
  if (failures.length > 0) {
    const all = manifests.length + faults.length;
    throw new CliError(`${failures.length} of ${all} could not be applied.`, { exitCode: EXIT.invalid });
  }
  if (options.pruneSelector !== undefined) {
    await pruneAbsent(context, connection, {
      selector: options.pruneSelector,
      keep: applied,
      dryRun: options.dryRun ?? false,
    });
  }
}

function nameOf(manifest: Manifest, object: AnyObject): string {
  return objectIdOf(manifest.definition, object.metadata.name);
}

async function applyOne(
  connection: Connection,
  manifest: Manifest,
  options: ApplyOptions,
  context: CommandContext,
): Promise<{ object: AnyObject; outcome: ApplyOutcome } | { error: string }> {
  const { definition, object, place } = manifest;
  const namespace = definition.namespaced ? (object.metadata.namespace ?? options.namespace) : '';
  const name = object.metadata.name ?? '';
  if (name === '')
    return {
      error: `${place}: metadata.name: is missing; apply needs a name (generateName works with create)`,
    };
  try {
    const before = await connection.client
      .get(definition, { namespace, name }, context.signal)
      .catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
    const after = await connection.client.patch(
      definition,
      { namespace, name },
      'apply',
      inNamespace(object, namespace),
      {
        fieldManager: APPLY_MANAGER,
        fieldValidation: options.validate ?? 'Strict',
        force: options.forceConflicts ?? false,
        dryRun: options.dryRun ?? false,
        onWarning: (sentence) => {
          context.io.err(`Warning: ${place}: ${sentence}\n`);
        },
        signal: context.signal,
      },
    );
    return { object: after, outcome: applyOutcome(before, after) };
  } catch (error) {
    const { message, nextStep } = describeFailure(error);
    const stop = /[.!?]$/.test(message) ? '' : '.';
    return { error: `${place}: ${message}${nextStep === undefined ? '' : `${stop} ${nextStep}`}` };
  }
}

function inNamespace(object: AnyObject, namespace: string): AnyObject {
  return namespace === '' ? object : { ...object, metadata: { ...object.metadata, namespace } };
}
