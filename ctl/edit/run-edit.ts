// Lets the user change an object in an editor. What the server refuses is opened again with the reason, until it is
// taken or the user changes nothing more; the text is kept on disk when it could not be taken.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { objectIdOf, type KindDefinition } from '@gantry/api/definition';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import { isConflict, StatusError } from '@gantry/api/status-error';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { describeFailure } from '../failure.ts';
import { parseResourceArguments } from '../resource-arguments.ts';
import { editedObject } from '@gantry/api/edited-object';
import { textToEdit, withReason } from './edited-text.ts';
import { mergeDifference } from '@gantry/api/patch/merge-difference';

const CANCELLED = 'Edit cancelled, no changes made.\n';
const TRIES_MAX = 100;

/** Carries out `gantry edit`. */
export async function runEdit(context: CommandContext, words: readonly string[]): Promise<void> {
  const targets = parseResourceArguments(words).flatMap(({ definition, names }) =>
    names.map((name) => ({ definition, name })),
  );
  if (targets.length === 0) {
    throw new CliError('Name what to edit, for example: deploy/web.', { exitCode: EXIT.usage });
  }
  const connection = await context.connect();
  for (const { definition, name } of targets) {
    const namespace = definition.namespaced ? connection.namespace : '';
    await editOne(context, connection, definition, { namespace, name });
  }
}

async function editOne(
  context: CommandContext,
  connection: Connection,
  definition: KindDefinition,
  key: ObjectKey,
): Promise<void> {
  const before = withoutManagedFields(await connection.client.get(definition, key));
  const folder = mkdtempSync(join(tmpdir(), 'gantry-edit-'));
  const file = join(folder, `${definition.singular}-${key.name}.yaml`);
  let keep = false;
  try {
    let shown = textToEdit(before);
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const text = await editedText(context, file, shown);
      const answer =
        text === shown ? undefined : await submit(connection, definition, key, before, file, text);
      if (answer === undefined) {
        if (tries === 0) {
          context.io.out(CANCELLED);
          return;
        }
        keep = true;
        throw new CliError('Edit cancelled: the change was not taken.', {
          exitCode: EXIT.invalid,
          nextStep: `Your text is in ${file}.`,
        });
      }
      if (answer === 'taken') {
        context.io.out(`${objectIdOf(definition, key.name)} edited\n`);
        return;
      }
      shown = withReason(text, answer.refused);
    }
  } catch (error) {
    if (!isConflict(error)) throw error;
    keep = true;
    throw new CliError(`Somebody changed ${objectIdOf(definition, key.name)} meanwhile.`, {
      exitCode: EXIT.conflict,
      nextStep: `Edit it again; your text is in ${file}.`,
      cause: error,
    });
  } finally {
    if (!keep) rmSync(folder, { recursive: true, force: true });
  }
}

/** Undefined when there is nothing to change. @throws StatusError for a conflict, and what is no answer. */
async function submit(
  connection: Connection,
  definition: KindDefinition,
  key: ObjectKey,
  before: AnyObject,
  file: string,
  text: string,
): Promise<'taken' | { refused: string } | undefined> {
  const after = editedObject(text, file, before);
  if (after === undefined) return undefined;
  if (typeof after === 'string') return { refused: after };
  const patch = mergeDifference(before, after) as { metadata?: object } | undefined;
  if (patch === undefined) return undefined;
  const { resourceVersion } = before.metadata;
  const guarded = { ...patch, metadata: { ...patch.metadata, resourceVersion } };
  try {
    await connection.client.patch(definition, key, 'merge', guarded, {
      fieldManager: 'gantry-edit',
      fieldValidation: 'Strict',
    });
    return 'taken';
  } catch (error) {
    if (!(error instanceof StatusError) || isConflict(error)) throw error;
    return { refused: describeFailure(error).message };
  }
}

async function editedText(context: CommandContext, file: string, text: string): Promise<string> {
  writeFileSync(file, text, { mode: 0o600 });
  const { env } = context;
  const editor = env['GANTRY_EDITOR'] ?? env['KUBE_EDITOR'] ?? env['EDITOR'] ?? 'vi';
  const [program = 'vi', ...args] = editor.split(/\s+/).filter((word) => word !== '');
  const nextStep = 'Set GANTRY_EDITOR, KUBE_EDITOR or EDITOR to an editor that is installed.';
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(program, [...args, file], { stdio: 'inherit' });
    child.on('exit', resolve);
    child.on('error', (cause) => {
      reject(new CliError(`The editor "${editor}" cannot be started.`, { nextStep, cause }));
    });
  });
  if (exitCode === 0) return readFileSync(file, 'utf8');
  throw new CliError(`The editor "${editor}" ended with code ${exitCode}; nothing was changed.`, {
    nextStep,
  });
}

function withoutManagedFields(object: AnyObject): AnyObject {
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { ...object, metadata };
}
