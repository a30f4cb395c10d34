// `gantry scale`: sets the number of replicas through the scale subresource.
import type { Command } from 'commander';
import { objectIdOf } from '@gantry/api/definition';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import { parseResourceArguments } from '../resource-arguments.ts';
import { wholeNumberOf } from '../whole-number.ts';

export function registerScale(program: Command, context: CommandContext): void {
  program
    .command('scale <kinds> [names...]')
    .description('Set the number of replicas: gantry scale deploy/web --replicas 5')
    .requiredOption('--replicas <count>', 'how many there shall be')
    .option('--current-replicas <count>', 'only if there are so many now')
    .action(async (kinds: string, names: string[], flags: { replicas: string; currentReplicas?: string }) => {
      const replicas = wholeNumberOf(flags.replicas, '--replicas');
      const current =
        flags.currentReplicas === undefined
          ? undefined
          : wholeNumberOf(flags.currentReplicas, '--current-replicas');
      const connection = await context.connect();
      for (const { definition, names: wanted } of parseResourceArguments([kinds, ...names])) {
        if (wanted.length === 0)
          throw new CliError('Name what to scale, for example: deploy/web.', { exitCode: EXIT.usage });
        if (definition.subresources.scale === undefined) {
          throw new CliError(`A ${definition.kind} cannot be scaled.`, { exitCode: EXIT.usage });
        }
        for (const name of wanted) {
          const key = { namespace: connection.namespace, name };
          const tests = current === undefined ? [] : [{ op: 'test', path: '/spec/replicas', value: current }];
          await connection.client.patch(
            definition,
            key,
            'json',
            [...tests, { op: 'add', path: '/spec/replicas', value: replicas }],
            { subresource: 'scale', fieldManager: 'gantry' },
          );
          context.io.out(`${objectIdOf(definition, name)} scaled\n`);
        }
      }
    });
}
