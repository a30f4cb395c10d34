// `gantry rollout` of Deployments and DaemonSets: history, undo, and changes of one field.
import { objectIdOf } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { RESTARTED_AT } from '@gantry/api/workload-revisions';
import { CliError, type CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { alignColumns } from '../print/aligned.ts';
import { revisionToUndo, revisionsOf } from './revisions.ts';
import type { Target } from './target.ts';

const FIELD_MANAGER = 'gantry-rollout';

/** Lists the revisions. */
export async function showWorkloadHistory(
  context: CommandContext,
  connection: Connection,
  target: Target,
): Promise<void> {
  const owner = await connection.client.get(target.definition, target);
  const revisions = await revisionsOf(connection, owner);
  context.io.out(
    alignColumns([
      ['REVISION', 'CHANGE-CAUSE'],
      ...revisions.map(({ number, changeCause }) => [String(number), changeCause]),
    ]),
  );
}

/** Goes back. @throws CliError when it is paused, or there is no such revision. */
export async function undoWorkload(
  context: CommandContext,
  connection: Connection,
  target: Target,
  toRevision: number | undefined,
): Promise<void> {
  const { definition, name } = target;
  const owner = await connection.client.get(definition, target);
  if ((owner['spec'] as { paused?: boolean }).paused === true) {
    throw new CliError('A paused rollout cannot be undone.', {
      nextStep: `Resume it first: gantry rollout resume ${definition.singular}/${name}`,
    });
  }
  const revision = revisionToUndo(await revisionsOf(connection, owner), toRevision);
  const patch = [{ op: 'replace', path: '/spec/template', value: revision.template }];
  await connection.client.patch(definition, target, 'json', patch, { fieldManager: FIELD_MANAGER });
  say(context, target, `rolled back to revision ${revision.number}`);
}

/** Replaces all pods. */
export async function restartWorkload(
  context: CommandContext,
  connection: Connection,
  target: Target,
): Promise<void> {
  const annotations = { [RESTARTED_AT]: new Date(context.clock.nowMs()).toISOString() };
  await change(context, connection, target, 'restarted', {
    spec: { template: { metadata: { annotations } } },
  });
}

/** Holds it, or lets it go on. */
export async function pauseWorkload(
  context: CommandContext,
  connection: Connection,
  target: Target,
  paused: boolean,
): Promise<void> {
  const verb = paused ? 'paused' : 'resumed';
  await change(context, connection, target, verb, { spec: { paused: paused ? true : null } });
}

async function change(
  context: CommandContext,
  { client }: Connection,
  target: Target,
  verb: string,
  patch: object,
): Promise<void> {
  const before: AnyObject = await client.get(target.definition, target);
  const after = await client.patch(target.definition, target, 'merge', patch, {
    fieldManager: FIELD_MANAGER,
  });
  const same = before.metadata.resourceVersion === after.metadata.resourceVersion;
  say(context, target, same ? `already ${verb}` : verb);
}

function say(context: CommandContext, { definition, name }: Target, what: string): void {
  context.io.out(`${objectIdOf(definition, name)} ${what}\n`);
}
