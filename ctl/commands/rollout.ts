// `gantry rollout`: status with live progress, history, undo, restart, pause, resume.
import type { Command } from 'commander';
import { objectIdOf, type KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { alignColumns } from '../print/aligned.ts';
import { parseResourceArguments } from '../resource-arguments.ts';
import { revisionToUndo, revisionsOf } from '../rollout/revisions.ts';
import { showRolloutStatus } from '../rollout/rollout-status.ts';

interface Target {
  definition: KindDefinition;
  namespace: string;
  name: string;
}

const ROLLED_OUT = new Set(['Deployment', 'DaemonSet']);
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

export function registerRollout(program: Command, context: CommandContext): void {
  const rollout = program
    .command('rollout')
    .description('Watch and steer the rollout of a Deployment or DaemonSet');
  rollout
    .command('status <target> [name]')
    .description('Wait until the rollout is done, with live progress')
    .option('--timeout <duration>', 'how long to wait', '10m')
    .option('--no-watch', 'say how far it is and end')
    .action((target: string, name: string | undefined, flags: { timeout: string; watch: boolean }) =>
      showStatus(context, words(target, name), flags),
    );
  rollout
    .command('history <target> [name]')
    .description('List the revisions that are kept')
    .action((target: string, name?: string) => showHistory(context, words(target, name)));
  rollout
    .command('undo <target> [name]')
    .description('Go back to the last revision, or to the one named')
    .option('--to-revision <number>', 'this revision')
    .action((target: string, name: string | undefined, flags: { toRevision?: string }) =>
      undo(context, words(target, name), flags.toRevision),
    );
  rollout
    .command('restart <target> [name]')
    .description('Replace all pods, as the strategy allows')
    .action((target: string, name?: string) =>
      change(context, words(target, name), 'restarted', () => ({
        spec: {
          template: {
            metadata: { annotations: { [RESTARTED_AT]: new Date(context.clock.nowMs()).toISOString() } },
          },
        },
      })),
    );
  for (const paused of [true, false]) {
    rollout
      .command(`${paused ? 'pause' : 'resume'} <target> [name]`)
      .description(paused ? 'Hold the rollout of a Deployment where it is' : 'Let a paused rollout go on')
      .action((target: string, name?: string) =>
        change(context, words(target, name), paused ? 'paused' : 'resumed', () => ({
          spec: { paused: paused ? true : null },
        })),
      );
  }
}

const words = (target: string, name: string | undefined): string[] =>
  name === undefined ? [target] : [target, name];

function targetOf(connection: Connection, wanted: readonly string[]): Target {
  const [argument] = parseResourceArguments(wanted);
  const [name] = argument?.names ?? [];
  if (argument === undefined || name === undefined) {
    throw new CliError('Name what to roll out, for example: deploy/web.', { exitCode: EXIT.usage });
  }
  if (!ROLLED_OUT.has(argument.definition.kind)) {
    throw new CliError(`A ${argument.definition.kind} has no rollout; a Deployment or DaemonSet has.`, {
      exitCode: EXIT.usage,
    });
  }
  return { definition: argument.definition, namespace: connection.namespace, name };
}

async function showStatus(
  context: CommandContext,
  wanted: string[],
  flags: { timeout: string; watch: boolean },
): Promise<void> {
  const connection = await context.connect();
  await showRolloutStatus(context, connection, targetOf(connection, wanted), flags);
}

async function showHistory(context: CommandContext, wanted: string[]): Promise<void> {
  const connection = await context.connect();
  const target = targetOf(connection, wanted);
  const owner = await connection.client.get(target.definition, target);
  const revisions = await revisionsOf(connection, owner);
  context.io.out(
    alignColumns([
      ['REVISION', 'CHANGE-CAUSE'],
      ...revisions.map(({ number, changeCause }) => [String(number), changeCause]),
    ]),
  );
}

async function undo(
  context: CommandContext,
  wanted: string[],
  toRevision: string | undefined,
): Promise<void> {
  if (toRevision !== undefined && !/^\d+$/.test(toRevision)) {
    throw new CliError(`--to-revision must be a number, not "${toRevision}".`, { exitCode: EXIT.usage });
  }
  const connection = await context.connect();
  const target = targetOf(connection, wanted);
  const owner = await connection.client.get(target.definition, target);
  if ((owner['spec'] as { paused?: boolean }).paused === true) {
    throw new CliError('A paused rollout cannot be undone.', {
      nextStep: `Resume it first: gantry rollout resume ${wanted.join(' ')}`,
    });
  }
  const number = toRevision === undefined || toRevision === '0' ? undefined : Number(toRevision);
  const revision = revisionToUndo(await revisionsOf(connection, owner), number);
  const patch = [{ op: 'replace', path: '/spec/template', value: revision.template }];
  await connection.client.patch(target.definition, target, 'json', patch, { fieldManager: 'gantry-rollout' });
  say(context, target, `rolled back to revision ${revision.number}`);
}

async function change(
  context: CommandContext,
  wanted: string[],
  verb: string,
  patch: () => object,
): Promise<void> {
  const connection = await context.connect();
  const target = targetOf(connection, wanted);
  const before: AnyObject = await connection.client.get(target.definition, target);
  const after = await connection.client.patch(target.definition, target, 'merge', patch(), {
    fieldManager: 'gantry-rollout',
  });
  const same = before.metadata.resourceVersion === after.metadata.resourceVersion;
  say(context, target, same ? `already ${verb}` : verb);
}

function say(context: CommandContext, { definition, name }: Target, what: string): void {
  context.io.out(`${objectIdOf(definition, name)} ${what}\n`);
}
