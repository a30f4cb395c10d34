// `gantry version`: of this program and of the cluster.
import type { Command } from 'commander';
import { getJson } from '../api-request.ts';
import type { CommandContext } from '../command.ts';
import { describeFailure } from '../failure.ts';
import { clientVersionText } from '../client-version.ts';

export function registerVersion(program: Command, context: CommandContext): void {
  program
    .command('version')
    .description('Show the version of this program and of the cluster')
    .option('--client', 'of this program only')
    .action(async (flags: { client?: boolean }) => {
      context.io.out(clientVersionText());
      if (flags.client === true) return;
      try {
        const connection = await context.connect();
        const { gitVersion } = await getJson<{ gitVersion: string }>(connection, '/version');
        context.io.out(`Server: ${gitVersion} (Kubernetes API)\n`);
      } catch (error) {
        context.io.err(`Server: ${describeFailure(error).message}\n`);
      }
    });
}
