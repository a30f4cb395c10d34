// Carries out what a command decides about a Rollout, and says what was done and what comes next.
import { objectIdOf, type KindDefinition } from '@gantry/api/definition';
import { deploymentKind } from '@gantry/api/kinds/deployment';
import type { PodTemplateSpec } from '@gantry/api/kinds/pod';
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import type { ObjectKey } from '@gantry/api/meta';
import { CliError, type CommandContext } from '../../command.ts';
import type { Connection } from '../../connect.ts';
import { readPicture } from '../picture/read-picture.ts';
import { watchCommand, type Steering } from '@gantry/api/rollout/steer/steering';
import { revisionToUndo } from './history.ts';
import { imageChange, type NewImage } from './set-image.ts';
import type { TemplateChange } from '@gantry/api/rollout/steer/template-change';
import { undoing } from '@gantry/api/rollout/steer/undo';

const FIELD_MANAGER = 'gantry-rollout';

/** Reads the Rollout, and carries out what `decide` makes of it. */
export async function steer(
  context: CommandContext,
  { client }: Connection,
  key: ObjectKey,
  decide: (rollout: Rollout) => Steering,
): Promise<void> {
  const steering = decide(await client.get(rolloutKind, key));
  if (steering.type === 'nothing') {
    say(context, key, steering.why, steering.next);
    return;
  }
  for (const { body, subresource } of steering.patches) {
    const options = { fieldManager: FIELD_MANAGER, ...(subresource === undefined ? {} : { subresource }) };
    await client.patch(rolloutKind, key, 'merge', body, options);
  }
  say(context, key, steering.done, steering.next);
}

/** `undo`. */
export async function undoRollout(
  context: CommandContext,
  connection: Connection,
  key: ObjectKey,
  toRevision: number | undefined,
): Promise<void> {
  const picture = await readPicture(connection, key, context.clock.nowMs());
  await changeTemplate(
    context,
    connection,
    key,
    picture.rollout,
    undoing(picture.rollout, revisionToUndo(picture, toRevision)),
  );
}

/** `set-image`. */
export async function setImages(
  context: CommandContext,
  connection: Connection,
  key: ObjectKey,
  images: readonly NewImage[],
): Promise<void> {
  const rollout = await connection.client.get(rolloutKind, key);
  const template = await templateOf(connection, key, rollout);
  await changeTemplate(context, connection, key, rollout, imageChange(template, images));
}

async function templateOf(
  { client }: Connection,
  { namespace }: ObjectKey,
  { spec }: Rollout,
): Promise<PodTemplateSpec> {
  const { workloadRef, template } = spec;
  if (workloadRef !== undefined)
    return (await client.get(deploymentKind, { namespace, name: workloadRef.name })).spec.template;
  if (template !== undefined) return template;
  throw new CliError('The Rollout has no template.');
}

/** The template is the Rollout's own, or that of the Deployment it names. */
async function changeTemplate(
  context: CommandContext,
  { client }: Connection,
  key: ObjectKey,
  { spec }: Rollout,
  change: TemplateChange,
): Promise<void> {
  if (change.type === 'nothing') {
    say(context, key, change.why, undefined);
    return;
  }
  const { workloadRef } = spec;
  const definition: KindDefinition = workloadRef === undefined ? rolloutKind : deploymentKind;
  const at = workloadRef === undefined ? key : { ...key, name: workloadRef.name };
  await client.patch(definition, at, 'json', change.operations, { fieldManager: FIELD_MANAGER });
  const where = workloadRef === undefined ? '' : ` (in Deployment ${workloadRef.name})`;
  const paused = spec.paused === true;
  say(
    context,
    key,
    `${change.done}${where}`,
    paused
      ? `It is paused and begins once it is not: gantry rollout resume ${key.name}`
      : `See how it goes on: ${watchCommand(key.name)}`,
  );
}

function say({ io }: CommandContext, { name }: ObjectKey, what: string, next: string | undefined): void {
  io.out(`${objectIdOf(rolloutKind, name)} ${what}\n${next === undefined ? '' : `${next}\n`}`);
}
