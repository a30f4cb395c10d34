// `gantry token create`: a join token for an agent, or a bearer token for a user.
import type { Command } from 'commander';
import { readText } from '@gantry/api/answer-body';
import { statusErrorOf } from '@gantry/api/status-answer';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import { parseDuration } from '../parse-duration.ts';

const ANSWER_BYTES_MAX = 64 * 1024;

export function registerToken(program: Command, context: CommandContext): void {
  program
    .command('token')
    .description('Make tokens')
    .command('create')
    .description('Print a new token: token create --join; token create --user ann --group gantry:viewers')
    .option('--join', 'for an agent that joins the cluster')
    .option('--user <name>', 'for a user of this name')
    .option(
      '--group <name...>',
      'groups of the user: gantry:viewers reads all, gantry:monitors reads figures, system:masters may do all',
    )
    .option('--valid <duration>', 'how long it is good', '1h')
    .action(async (flags: { join?: boolean; user?: string; group?: string[]; valid: string }) => {
      if ((flags.join === true) === (flags.user !== undefined)) {
        throw new CliError('Say what the token is for: --join, or --user NAME.', { exitCode: EXIT.usage });
      }
      const connection = await context.connect();
      const validSeconds = Math.ceil(parseDuration(flags.valid, '--valid') / 1000);
      const purpose =
        flags.join === true
          ? { purpose: 'join' }
          : { purpose: 'user', user: flags.user, groups: flags.group ?? [] };
      const answer = await connection.client.raw({
        method: 'POST',
        path: '/gantry/v1/tokens',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...purpose, validSeconds }),
      });
      if (answer.status !== 200) throw await statusErrorOf(answer);
      const { token } = JSON.parse(await readText(answer.body, ANSWER_BYTES_MAX)) as { token: string };
      context.io.out(`${token}\n`);
    });
}
