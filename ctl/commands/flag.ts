// `gantry flag`: shows, changes and evaluates feature flags.
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import { isEvalContext } from '../flag/eval-context.ts';
import { flagNameOf } from '../flag/flag-name.ts';
import type { EvalFlags } from '../flag/eval-flag.ts';
import type { ListFlags } from '../flag/list-flags.ts';

export function registerFlag(program: Command, context: CommandContext): void {
  const flag = program.command('flag').description('Show, change and evaluate feature flags');
  flag
    .command('list [name]')
    .description('List the flags of the namespace, or of one FeatureFlag')
    .option('-A, --all-namespaces', 'of all namespaces')
    .option('-o, --output <format>', 'json or yaml: each flag whole, and as it stands now')
    .action(async (name: string | undefined, flags: ListFlags) => {
      const { listFlags } = await import('../flag/list-flags.ts');
      await listFlags(context, name, flags);
    });
  flag
    .command('get <name-or-key> [key]')
    .description('Show one flag: flag get checkout, or flag get web checkout')
    .option('-o, --output <format>', 'json or yaml: as it is written in the FeatureFlag')
    .action(async (first: string, key: string | undefined, flags: { output?: string }) => {
      const { getFlag } = await import('../flag/get-flag.ts');
      await getFlag(context, flagNameOf(first, key), flags.output);
    });
  registerChanges(flag, context);
  registerHistory(flag, context);
  registerEval(program, flag, context);
}

const REASON = ['--reason <text>', 'why, for the history'] as const;

function registerChanges(flag: Command, context: CommandContext): void {
  flag
    .command('set <name-or-key> [key]')
    .description('Change the default of a flag: flag set checkout --default-variant on')
    .requiredOption('--default-variant <variant>', 'what it is where targeting names nothing')
    .option(...REASON)
    .action(
      async (first: string, key: string | undefined, flags: { defaultVariant: string; reason?: string }) => {
        const { setDefaultVariant } = await import('../flag/change-flag.ts');
        await setDefaultVariant(context, flagNameOf(first, key), flags.defaultVariant, flags);
      },
    );
  for (const [verb, state, description] of [
    ['enable', 'ENABLED', 'Let a flag be decided'],
    ['disable', 'DISABLED', 'Let programs use the values in their own code'],
  ] as const) {
    flag
      .command(`${verb} <name-or-key> [key]`)
      .description(description)
      .option(...REASON)
      .action(async (first: string, key: string | undefined, flags: { reason?: string }) => {
        const { setState } = await import('../flag/change-flag.ts');
        await setState(context, flagNameOf(first, key), state, flags);
      });
  }
  flag
    .command('kill <name-or-key> [key]')
    .description('Turn a flag off for all at once, whatever its state, targeting and schedule say')
    .option(
      '--variant <variant>',
      "what it is while it is off; the value in each program's code when never set",
    )
    .option(...REASON)
    .action(async (first: string, key: string | undefined, flags: { variant?: string; reason?: string }) => {
      const { setKillSwitch } = await import('../flag/change-flag.ts');
      await setKillSwitch(context, flagNameOf(first, key), true, flags);
    });
  flag
    .command('restore <name-or-key> [key]')
    .description('Let a flag that was killed be decided again')
    .option(...REASON)
    .action(async (first: string, key: string | undefined, flags: { reason?: string }) => {
      const { setKillSwitch } = await import('../flag/change-flag.ts');
      await setKillSwitch(context, flagNameOf(first, key), false, flags);
    });
}

function registerHistory(flag: Command, context: CommandContext): void {
  flag
    .command('history <name> [key]')
    .description('Show who changed what and why, in a FeatureFlag or in one of its flags')
    .option('-o, --output <format>', 'json or yaml: with the whole states')
    .action(async (name: string, key: string | undefined, flags: { output?: string }) => {
      const { printHistory } = await import('../flag/flag-history.ts');
      await printHistory(context, name, key, flags.output);
    });
  flag
    .command('stats <name>')
    .description('Show how often the flags of a FeatureFlag were evaluated, by variant and version')
    .option('-o, --output <format>', 'json or yaml')
    .action(async (name: string, flags: { output?: string }) => {
      const { printStats } = await import('../flag/flag-stats.ts');
      await printStats(context, name, flags.output);
    });
  flag
    .command('revert <name>')
    .description('Make all flags of a FeatureFlag what they were at a revision: flag revert web --to 3')
    .requiredOption('--to <revision>', 'as `flag history` shows it')
    .option(...REASON)
    .option('--dry-run', 'only show what would change')
    .action(async (name: string, flags: { to: string; reason?: string; dryRun?: boolean }) => {
      const { revertFlags } = await import('../flag/flag-history.ts');
      await revertFlags(context, name, flags);
    });
}

function registerEval(program: Command, flag: Command, context: CommandContext): void {
  const attributes = attributesOfContext(program);
  flag
    .command('eval [key]')
    .description(
      'Evaluate a flag, or all, as a program would: flag eval checkout --context targetingKey=anna --context tier=gold',
    )
    .option('-o, --output <format>', "json or yaml: the server's answer")
    .option('--type <type>', 'what the program expects: boolean, string, number or object')
    .addHelpText(
      'after',
      '\n--context NAME=VALUE, as often as needed, says for whom: numbers, true, false and JSON are taken as such. --context {…} is a whole object.',
    )
    .action(async (key: string | undefined, flags: EvalFlags) => {
      const { evalFlag } = await import('../flag/eval-flag.ts');
      await evalFlag(context, key, attributes, flags);
    });
}

/**
 * `--context` is an option of every command, and OpenFeature's word for whom a flag is evaluated for. Here `a=b` and
 * `{…}` are the latter; a word alone still names a context of the kubeconfig.
 */
function attributesOfContext(program: Command): readonly string[] {
  const attributes: string[] = [];
  const option = program.options.find(({ long }) => long === '--context');
  option?.argParser((value: string, previous: string | undefined) => {
    if (!isEvalContext(value)) return value;
    attributes.push(value);
    return previous;
  });
  return attributes;
}
