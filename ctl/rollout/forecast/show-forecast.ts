// `gantry rollout plan`: what would happen if files were applied, or what is left of an update that is under way.
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import { isNotFound } from '@gantry/api/status-error';
import type { ObjectKey } from '@gantry/api/meta';
import { APPLY_MANAGER } from '@gantry/api/apply-outcome';
import { CliError, EXIT, type CommandContext } from '../../command.ts';
import type { Connection } from '../../connect.ts';
import { readManifests, type Manifest } from '../../manifests/read-manifests.ts';
import { readPicture } from '../picture/read-picture.ts';
import { versionsOf, type Version } from '@gantry/api/rollout/picture';
import { rolloutKeyOf } from '../target.ts';
import { forecast, remaining } from '@gantry/api/rollout/forecast/forecast';

/** One of a file and a name. */
export interface ForecastFlags {
  filename?: string[];
}

/** Prints a plan of each Rollout. @throws CliError when the words fit together in no way, or a file holds none. */
export async function showForecast(
  context: CommandContext,
  words: readonly string[],
  { filename }: ForecastFlags,
): Promise<void> {
  if ((filename === undefined) === (words.length === 0))
    throw new CliError('Name either a file with -f or a Rollout.', {
      exitCode: EXIT.usage,
      nextStep: 'For example: gantry rollout plan -f web.yaml, gantry rollout plan web',
    });
  const connection = await context.connect();
  if (filename === undefined)
    return showRemaining(context, connection, rolloutKeyOf(connection, words, 'plan'));
  const { manifests, faults } = await readManifests(context, filename, { recursive: false });
  const [fault] = faults;
  if (fault !== undefined) throw new CliError(fault, { exitCode: EXIT.invalid });
  const rollouts = manifests.filter(({ definition }) => definition.kind === rolloutKind.kind);
  if (rollouts.length === 0)
    throw new CliError(`There is no Rollout in ${filename.join(', ')}.`, { exitCode: EXIT.invalid });
  for (const manifest of rollouts) await showOne(context, connection, manifest);
}

async function showRemaining(
  { io, clock }: CommandContext,
  connection: Connection,
  key: ObjectKey,
): Promise<void> {
  const picture = await readPicture(connection, key, clock.nowMs());
  const lines = remaining(picture.rollout, versionsOf(picture));
  io.out(planText(key.name, 'what is left of its update', 'no update is under way', lines));
}

async function showOne(
  context: CommandContext,
  connection: Connection,
  { object, place }: Manifest,
): Promise<void> {
  const key = {
    namespace: object.metadata.namespace ?? connection.namespace,
    name: object.metadata.name ?? '',
  };
  if (key.name === '') throw new CliError(`${place}: metadata.name: is missing.`, { exitCode: EXIT.invalid });
  const present = await presentState(context, connection, key);
  const placed = { ...object, metadata: { ...object.metadata, namespace: key.namespace } };
  const after = await connection.client.patch(rolloutKind, key, 'apply', placed, {
    ...{ fieldManager: APPLY_MANAGER, fieldValidation: 'Strict', dryRun: true, force: true },
    onWarning: (sentence) => {
      context.io.err(`Warning: ${place}: ${sentence}\n`);
    },
  });
  const lines = forecast({ ...present, after });
  context.io.out(planText(key.name, `what applying ${place} would do`, 'nothing would change', lines));
}

async function presentState(
  { clock }: CommandContext,
  connection: Connection,
  key: ObjectKey,
): Promise<{ before: Rollout | undefined; versions: readonly Version[] }> {
  try {
    const picture = await readPicture(connection, key, clock.nowMs());
    return { before: picture.rollout, versions: versionsOf(picture) };
  } catch (error) {
    if (isNotFound(error)) return { before: undefined, versions: [] };
    throw error;
  }
}

/** The lines with numbers. */
export function planText(name: string, title: string, none: string, lines: readonly string[]): string {
  if (lines.length === 0) return `Rollout ${name}: ${none}\n`;
  const width = String(lines.length).length;
  const numbered = lines.map((line, at) => `${String(at + 1).padStart(width + 1)}. ${line}\n`);
  return `Rollout ${name}: ${title}\n${numbered.join('')}`;
}
