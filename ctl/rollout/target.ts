// What `gantry rollout …` is about: a Rollout by its bare name, or any workload that is rolled out as KIND/NAME.
import type { KindDefinition } from '@gantry/api/definition';
import { rolloutKind } from '@gantry/api/kinds/rollout';
import type { ObjectKey } from '@gantry/api/meta';
import { findByWord } from '@gantry/api/registry';
import { isNotFound } from '@gantry/api/status-error';
import { CliError, EXIT } from '../command.ts';
import type { Connection } from '../connect.ts';
import { parseResourceArguments } from '../resource-arguments.ts';

/** A workload, by its kind and name. */
export interface Target {
  definition: KindDefinition;
  namespace: string;
  name: string;
}

const ROLLED_OUT = new Set(['Rollout', 'Deployment', 'DaemonSet']);

/** The workload that the words name. A bare name is that of a Rollout. @throws CliError when there is none. */
export async function targetOf(connection: Connection, words: readonly string[]): Promise<Target> {
  const [first = ''] = words;
  if (words.length > 1 || first.includes('/')) return namedTarget(connection, words);
  const { namespace } = connection;
  if (await isRollout(connection, { namespace, name: first }))
    return { definition: rolloutKind, namespace, name: first };
  if (findByWord(first).length > 0) return namedTarget(connection, words);
  throw new CliError(`There is no Rollout "${first}" in namespace ${namespace}, and no kind "${first}".`, {
    exitCode: EXIT.usage,
    nextStep:
      'gantry get rollouts -A lists all Rollouts. Another workload is named KIND/NAME, for example deploy/web.',
  });
}

/** Whether the target is a Rollout. */
export function isRolloutTarget({ definition }: Target): boolean {
  return definition.kind === rolloutKind.kind;
}

/** The Rollout that the words name, for what only Rollouts have. @throws CliError when they name anything else. */
export function rolloutKeyOf({ namespace }: Connection, words: readonly string[], verb: string): ObjectKey {
  const [first = ''] = words;
  if (words.length === 1 && !first.includes('/')) return { namespace, name: first };
  const { definition, name } = namedTarget({ namespace }, words);
  if (definition.kind === rolloutKind.kind) return { namespace, name };
  throw new CliError(`A ${definition.kind} has no \`rollout ${verb}\`; a Rollout has.`, {
    exitCode: EXIT.usage,
    nextStep: 'See the Rollouts there are: gantry get rollouts',
  });
}

function namedTarget({ namespace }: Pick<Connection, 'namespace'>, words: readonly string[]): Target {
  const [argument] = parseResourceArguments(words);
  const [name] = argument?.names ?? [];
  if (argument === undefined || name === undefined) {
    throw new CliError('Name what to roll out, for example: web (a Rollout), deploy/web.', {
      exitCode: EXIT.usage,
    });
  }
  const { definition } = argument;
  if (!ROLLED_OUT.has(definition.kind)) {
    throw new CliError(`A ${definition.kind} has no rollout; a Rollout, Deployment or DaemonSet has.`, {
      exitCode: EXIT.usage,
    });
  }
  return { definition, namespace, name };
}

async function isRollout({ client }: Connection, key: ObjectKey): Promise<boolean> {
  if (key.name === '') return false;
  try {
    await client.get(rolloutKind, key);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
