// `gantry agent`: lets this machine join a cluster, and leave it again.
import { WARM_SANDBOXES } from '@gantry/kit/node-defaults';
import { hostname } from 'node:os';
import type { Command } from 'commander';
import type { JoinFlags } from '../agents/run-join.ts';
import type { CommandContext } from '../command.ts';
import { homeFrom, type Home } from '../home.ts';

interface Where {
  stateFolder?: string;
}

const STATE_FOLDER = [
  '--state-folder <folder>',
  'where its state is kept; the state folder of Gantry when absent',
] as const;

export function registerAgent(program: Command, context: CommandContext): void {
  const agent = program.command('agent').description("This machine's agents: join a cluster, leave it");
  agent
    .command('join <url>')
    .description('Start an agent in the background and wait until its node is ready')
    .option('--token <token>', 'join token (gantry token create --join); needed the first time')
    .option(
      '--name <name>',
      "the node's name; another name for each further agent of this machine",
      hostname(),
    )
    .option(
      '--warm-sandboxes <count>',
      `pod sandboxes kept ready for quick starts (default: ${String(WARM_SANDBOXES)})`,
    )
    .option(
      '--service-proxy <on|off>',
      'whether this machine leads to Services; off for the second agent of a machine (default: on)',
    )
    .option(
      '--runtime <kind>',
      'docker, or hollow: nodes in memory that only seem to run containers',
      'docker',
    )
    .option(
      '--pod-network <on|off>',
      "whether pods reach those of other nodes; off where the host's own networks forbid it",
    )
    .option('--nodes <count>', 'with --runtime hollow: so many nodes, NAME-0 and on, in one process')
    .option(...STATE_FOLDER)
    .action(async (url: string, flags: JoinFlags & Where) => {
      const { runJoin } = await import('../agents/run-join.ts');
      await runJoin(context, homeOf(context, flags), url, flags);
    });
  agent
    .command('leave')
    .description('Stop an agent and remove its containers and its state')
    .option('--name <name>', "the node's name", hostname().toLowerCase())
    .option(...STATE_FOLDER)
    .action(async (flags: { name: string } & Where) => {
      const { runLeave } = await import('../agents/run-leave.ts');
      await runLeave(context, homeOf(context, flags), flags.name);
    });
  agent
    .command('list')
    .description('List the agents of this machine')
    .option(...STATE_FOLDER)
    .action(async (flags: Where) => {
      const { listAgents } = await import('../agents/run-leave.ts');
      listAgents(context, homeOf(context, flags));
    });
}

function homeOf(context: CommandContext, { stateFolder }: Where): Home {
  return stateFolder === undefined ? context.home : homeFrom({ GANTRY_HOME: stateFolder });
}
