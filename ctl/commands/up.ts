// `gantry up`: a whole cluster on this machine.
import { WARM_SANDBOXES } from '@gantry/kit/node-defaults';
import { hostname } from 'node:os';
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import { NODES_MAX } from '../up/hosts/nodes-max.ts';
import { API_PORT, ETCD_PORT } from '../up/ports.ts';
import type { UpFlags } from '../up/run-up.ts';

export function registerUp(program: Command, context: CommandContext): void {
  program
    .command('up')
    .description('Start a cluster on this machine: etcd, control plane and agents, in the background')
    .option(
      '--nodes <count>',
      `so many nodes: this machine and further hosts that it plays, at most ${NODES_MAX}`,
    )
    .option(
      '--port <port>',
      'port of the API on 127.0.0.1, or with --nodes on an address that all hosts reach',
      String(API_PORT),
    )
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
