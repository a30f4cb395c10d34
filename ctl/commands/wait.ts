// `gantry wait`: until a condition, a field or a deletion.
import type { Command } from 'commander';
import { objectIdOf } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import { parseDuration } from '../parse-duration.ts';
import { renderJsonPath } from '../print/json-path.ts';
import { parseResourceArguments } from '../resource-arguments.ts';
import { watchUntil } from '../watch-until.ts';
import { whyWaiting } from '../why/explanations-of.ts';

interface Goal {
  /** Ends "waiting for X to …". */
  what: string;
  holds(current: AnyObject | undefined): boolean;
}

export function registerWait(program: Command, context: CommandContext): void {
  program
    .command('wait <kinds> [names...]')
    .description('Wait for objects: wait pods -l app=web --for condition=Ready')
    .requiredOption(
      '--for <goal>',
      "delete, create, condition=Ready[=False], jsonpath='{.status.phase}'=Running",
    )
    .option('-l, --selector <labels>', 'all of the kind with these labels')
    .option('--timeout <duration>', 'how long to wait', '30s')
    .action(
      async (kinds: string, names: string[], flags: { for: string; selector?: string; timeout: string }) => {
        const goal = goalFrom(flags.for);
        const timeoutMs = parseDuration(flags.timeout, '--timeout');
        const connection = await context.connect();
        const targets = [];
        for (const { definition, names: wanted } of parseResourceArguments([kinds, ...names])) {
          const namespace = definition.namespaced ? connection.namespace : '';
          const found =
            wanted.length > 0 ? wanted : await namesOf(connection, definition, namespace, flags.selector);
          targets.push(...found.map((name) => ({ definition, namespace, name })));
        }
        if (targets.length === 0)
          throw new CliError('Nothing matches, so there is nothing to wait for.', {
            exitCode: EXIT.notFound,
          });
        await Promise.all(
          targets.map(async (target) => {
            const label = objectIdOf(target.definition, target.name);
            await watchUntil(context, connection, target, {
              timeoutMs,
              done: (current) => goal.holds(current),
              waitingFor: () => `${label} ${goal.what}`,
              why: () => whyWaiting(connection, target),
            });
            context.io.out(`${label} ${flags.for === 'delete' ? 'deleted' : 'condition met'}\n`);
          }),
        );
      },
    );
}

async function namesOf(
  connection: Awaited<ReturnType<CommandContext['connect']>>,
  definition: Parameters<typeof connection.client.list>[0],
  namespace: string,
  selector: string | undefined,
): Promise<string[]> {
  const { items } = await connection.client.list(definition, {
    namespace,
    ...(selector === undefined ? {} : { labelSelector: selector }),
  });
  return items.map(({ metadata }) => metadata.name ?? '');
}

/** Reads --for. Pure. @throws CliError. */
export function goalFrom(text: string): Goal {
  if (text === 'delete') return { what: 'to be gone', holds: (current) => current === undefined };
  if (text === 'create') return { what: 'to be there', holds: (current) => current !== undefined };
  const condition = /^condition=([^=]+)(?:=(.+))?$/.exec(text);
  if (condition) return conditionGoal(condition[1] ?? '', condition[2] ?? 'True');
  const path = /^jsonpath=(\{.+?\}|[^=]+)(?:=(.*))?$/s.exec(text);
  if (path) return pathGoal(path[1] ?? '', path[2]);
  throw new CliError(`--for "${text}" is not known.`, {
    exitCode: EXIT.usage,
    nextStep: "Use delete, create, condition=NAME[=VALUE] or jsonpath='{.path}'=VALUE.",
  });
}

function conditionGoal(type: string, value: string): Goal {
  return {
    what: `to be ${type}=${value}`,
    holds: (current) => {
      const status = current?.['status'] as
        { conditions?: { type: string; status: string; observedGeneration?: number }[] } | undefined;
      const found = status?.conditions?.find(
        (condition) => condition.type.toLowerCase() === type.toLowerCase(),
      );
      if (found === undefined) return false;
      const seen = found.observedGeneration ?? current?.metadata.generation ?? 0;
      return (
        found.status.toLowerCase() === value.toLowerCase() && seen >= (current?.metadata.generation ?? 0)
      );
    },
  };
}

function pathGoal(path: string, value: string | undefined): Goal {
  return {
    what: value === undefined ? `to have ${path}` : `to have ${path}=${value}`,
    holds: (current) => {
      const found = current === undefined ? '' : renderJsonPath(path, current);
      return value === undefined ? found !== '' : found === value;
    },
  };
}
