// `gantry port-forward`: ports of this machine that lead to a pod, until Ctrl-C or until the pod is gone.
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';

interface Flags {
  address: string;
}

export function registerPortForward(program: Command, context: CommandContext): void {
  program
    .command('port-forward <target> <ports...>')
    .description('Reach ports of a pod from here: port-forward web-1 8080:80; port-forward svc/web :http')
    .option('--address <addresses>', 'where to listen, with commas between them', 'localhost')
    .action(async (target: string, ports: string[], flags: Flags) => {
      const { portForward } = await import('../port-forward/port-forward.ts');
      await portForward(context, { target, ports, address: flags.address });
    });
}
