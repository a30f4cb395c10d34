// `gantry up`: a whole cluster on this machine.
import { WARM_SANDBOXES } from '@gantry/kit/node-defaults';
import { hostname } from 'node:os';
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import { API_PORT, ETCD_PORT } from '../up/ports.ts';
import type { UpFlags } from '../up/run-up.ts';

export function registerUp(program: Command, context: CommandContext): void {
  program
    .command('up')
    .description('Start a cluster on this machine: etcd, control plane and one agent, in the background')
    .option('--port <port>', 'port of the API on 127.0.0.1', String(API_PORT))
    .option(
      '--etcd-port <port>',
      'port of the managed etcd on 127.0.0.1; the next one is for its peers',
      String(ETCD_PORT),
    )
    .option('--etcd <urls>', 'use this etcd cluster instead of a managed one')
    .option('--name <name>', "this machine's node name", hostname().toLowerCase())
    .option('--warm-sandboxes <count>', 'pod sandboxes kept ready for quick starts', String(WARM_SANDBOXES))
    .option('--service-proxy <on|off>', 'whether this machine leads to Services', 'on')
    .option('--no-demo', 'do not apply manifests/demo')
    .action(async (flags: UpFlags) => {
      const { runUp } = await import('../up/run-up.ts');
      await runUp(context, flags);
    });
}
