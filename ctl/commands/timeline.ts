// `gantry timeline`: what happened to an object and all that belongs to it, in causal order: changes and who made them,
// plans of controllers, containers, probes, Events.
import type { Command } from 'commander';
import { objectIdOf } from '@gantry/api/definition';
import { parseDuration } from '@gantry/api/duration';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import { parseResourceArguments } from '../resource-arguments.ts';
import { followTimeline, showTimeline, type TimelineAsked } from '../timeline/run-timeline.ts';
import { wholeNumberOf } from '../whole-number.ts';

interface Flags {
  all?: boolean;
  allNamespaces?: boolean;
  follow?: boolean;
  limit?: string;
  output?: string;
  since?: string;
}

export function registerTimeline(program: Command, context: CommandContext): void {
  program
    .command('timeline')
    .description('Show what happened, in causal order across nodes: timeline rollout/web')
    .argument('[kinds...]', 'an object, KIND/NAME, with all that belongs to it; the whole namespace when absent')
    .option('-A, --all-namespaces', 'of all namespaces')
    .option('-a, --all', 'also the statuses that parts of Gantry write')
    .option('-f, --follow', 'go on with what comes')
    .option('--limit <count>', 'the last so many entries')
    .option('-o, --output <format>', 'wide (with revisions and request ids) or json')
    .option('--since <duration>', 'not older than this, for example 10m')
    .action(async (words: string[], flags: Flags) => {
      const target = targetOf(words);
      const format = formatOf(flags.output);
      if (flags.since !== undefined && parseDuration(flags.since) === undefined && !/^\d{4}-/.test(flags.since)) {
        throw new CliError(`--since must be a duration like 10m or a time, not "${flags.since}".`, {
          exitCode: EXIT.usage,
        });
      }
      if (flags.limit !== undefined) wholeNumberOf(flags.limit, '--limit', '1 or more');
      const connection = await context.connect();
      const isEverywhere = flags.allNamespaces === true || target?.isClusterWide === true;
      const asked: TimelineAsked = {
        namespace: isEverywhere ? '' : connection.namespace,
        ...(target === undefined ? {} : { target: target.text }),
        ...(flags.since === undefined ? {} : { since: flags.since }),
        ...(flags.limit === undefined ? {} : { limit: flags.limit }),
        ...{ all: flags.all === true, format },
      };
      await (flags.follow === true ? followTimeline : showTimeline)(context, connection, asked);
    });
}

function targetOf(words: readonly string[]): { text: string; isClusterWide: boolean } | undefined {
  if (words.length === 0) return undefined;
  const [argument, ...others] = parseResourceArguments(words);
  const [name, ...names] = argument?.names ?? [];
  if (argument === undefined || name === undefined || others.length + names.length > 0) {
    throw new CliError('Name one object, for example: timeline rollout/web.', { exitCode: EXIT.usage });
  }
  const { definition } = argument;
  return { text: objectIdOf(definition, name), isClusterWide: !definition.namespaced };
}

function formatOf(text: string | undefined): TimelineAsked['format'] {
  if (text === undefined) return 'text';
  if (text === 'json' || text === 'wide') return text;
  throw new CliError(`-o must be wide or json, not "${text}".`, { exitCode: EXIT.usage });
}
