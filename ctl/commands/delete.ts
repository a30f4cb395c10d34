// `gantry delete`: by name, by selector, or what manifests name; waits until the objects are gone.
import type { Command } from 'commander';
import { singularIdOf, type KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { isNotFound } from '@gantry/api/status-error';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { readManifests } from '../manifests/read-manifests.ts';
import { parseResourceArguments } from '../resource-arguments.ts';
import { watchUntil } from '../watch-until.ts';
import { whyWaiting } from '../why/explanations-of.ts';
import { tellIfSlow } from '../why/tell-if-slow.ts';
import { parseDuration } from '../parse-duration.ts';
import { wholeNumberOf } from '../whole-number.ts';

interface Flags {
  filename?: string[];
  recursive?: boolean;
  selector?: string;
  all?: boolean;
  wait: boolean;
  timeout: string;
  cascade: string;
  gracePeriod?: string;
  force?: boolean;
  now?: boolean;
  dryRun?: boolean;
  ignoreNotFound?: boolean;
}

interface Target {
  definition: KindDefinition;
  namespace: string;
  name: string;
}

const POLICIES = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;

export function registerDelete(program: Command, context: CommandContext): void {
  program
    .command('delete [kinds] [names...]')
    .description('Delete objects by name, by label, or as manifests name them')
    .option('-f, --filename <source...>', 'file, folder, - or URL')
    .option('-R, --recursive', 'folders with all that is below them')
    .option('-l, --selector <labels>', 'all of the kind with these labels')
    .option('--all', 'all of the kind in the namespace')
    .option('--no-wait', 'do not wait until they are gone')
    .option('--timeout <duration>', 'how long to wait', '5m')
    .option(
      '--cascade <policy>',
      'what they own goes too: background, foreground; or stays: orphan',
      'background',
    )
    .option('--grace-period <seconds>', 'seconds that pods get to end')
    .option('--now', 'the same as --grace-period 1')
    .option('--force', 'the same as --grace-period 0: do not wait for the node to confirm')
    .option('--dry-run', 'let the server do everything but delete')
    .option('--ignore-not-found', 'what is not there is no failure')
    .action(async (kinds: string | undefined, names: string[], flags: Flags) => {
      await remove(context, kinds === undefined ? [] : [kinds, ...names], flags);
    });
}

async function remove(context: CommandContext, words: readonly string[], flags: Flags): Promise<void> {
  const connection = await context.connect();
  const policy = POLICIES[flags.cascade as keyof typeof POLICIES];
  if (policy === undefined) {
    throw new CliError(`--cascade must be background, foreground or orphan, not "${flags.cascade}".`, {
      exitCode: EXIT.usage,
    });
  }
  const timeoutMs = parseDuration(flags.timeout, '--timeout');
  const targets =
    flags.filename === undefined
      ? await namedTargets(connection, words, flags)
      : await manifestTargets(context, connection, flags);
  if (targets.length === 0) context.io.out('No objects to delete.\n');
  const gracePeriodSeconds = graceFrom(flags);
  const deleted: { target: Target; object: AnyObject }[] = [];
  let failures = 0;
  for (const target of targets) {
    try {
      const object = await connection.client.delete(target.definition, target, {
        propagationPolicy: policy,
        dryRun: flags.dryRun ?? false,
        ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
      });
      deleted.push({ target, object });
      context.io.out(`${labelOf(target)} deleted${flags.dryRun === true ? ' (server dry run)' : ''}\n`);
    } catch (error) {
      if (isNotFound(error) && flags.ignoreNotFound === true) continue;
      if (!isNotFound(error) || targets.length === 1) throw error;
      failures += 1;
      context.io.err(`${labelOf(target)} is not there\n`);
    }
  }
  if (flags.wait && flags.dryRun !== true) await waitUntilGone(context, connection, deleted, timeoutMs);
  if (failures > 0)
    throw new CliError(`${failures} of ${targets.length} were not there.`, { exitCode: EXIT.notFound });
}

function labelOf({ definition, name }: Target): string {
  return `${singularIdOf(definition)} "${name}"`;
}

function graceFrom(flags: Flags): number | undefined {
  if (flags.force === true) return 0;
  if (flags.now === true) return 1;
  if (flags.gracePeriod === undefined) return undefined;
  return wholeNumberOf(flags.gracePeriod, '--grace-period', 'seconds');
}

async function namedTargets(
  connection: Connection,
  words: readonly string[],
  flags: Flags,
): Promise<Target[]> {
  const targets: Target[] = [];
  for (const { definition, names } of parseResourceArguments(words)) {
    const namespace = definition.namespaced ? connection.namespace : '';
    if (names.length > 0) {
      targets.push(...names.map((name) => ({ definition, namespace, name })));
      continue;
    }
    if (flags.selector === undefined && flags.all !== true) {
      throw new CliError(`Name the ${definition.resource} to delete, or select them with -l or --all.`, {
        exitCode: EXIT.usage,
      });
    }
    const { items } = await connection.client.list(definition, {
      namespace,
      ...(flags.selector === undefined ? {} : { labelSelector: flags.selector }),
    });
    targets.push(...items.map((item) => ({ definition, namespace, name: item.metadata.name ?? '' })));
  }
  return targets;
}

async function manifestTargets(
  context: CommandContext,
  connection: Connection,
  flags: Flags,
): Promise<Target[]> {
  const { manifests, faults } = await readManifests(context, flags.filename ?? [], {
    recursive: flags.recursive ?? false,
  });
  for (const fault of faults) context.io.err(`${fault}\n`);
  if (faults.length > 0) throw new CliError('Nothing was deleted.', { exitCode: EXIT.invalid });
  return manifests.map(({ definition, object }) => ({
    definition,
    namespace: definition.namespaced ? (object.metadata.namespace ?? connection.namespace) : '',
    name: object.metadata.name ?? '',
  }));
}

async function waitUntilGone(
  context: CommandContext,
  connection: Connection,
  deleted: readonly { target: Target; object: AnyObject }[],
  timeoutMs: number,
): Promise<void> {
  for (const { target, object } of deleted) {
    const { uid } = object.metadata ?? {};
    const why = (): Promise<string[]> => whyWaiting(connection, { ...target, uid });
    await tellIfSlow(context, `${labelOf(target)} to be gone`, why, () =>
      watchUntil(context, connection, target, {
        ...{ timeoutMs, why },
        done: (current) => current === undefined || (uid !== undefined && current.metadata.uid !== uid),
        waitingFor: (current) =>
          `${labelOf(target)} to be gone${current?.metadata.finalizers?.length ? ` (finalizers: ${current.metadata.finalizers.join(', ')})` : ''}`,
      }),
    );
  }
}
