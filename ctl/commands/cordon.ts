// `gantry cordon` and `gantry uncordon`: closes a node for new pods, and opens it again.
import type { Command } from 'commander';
import { nodeKind } from '@gantry/api/kinds/node';
import type { CommandContext } from '../command.ts';

export function registerCordon(program: Command, context: CommandContext): void {
  for (const closed of [true, false]) {
    const verb = closed ? 'cordon' : 'uncordon';
    program
      .command(`${verb} <nodes...>`)
      .description(closed ? 'Let no new pods onto nodes' : 'Let new pods onto nodes again')
      .action(async (nodes: string[]) => {
        const connection = await context.connect();
        for (const name of nodes) await setUnschedulable(context, connection, name, closed);
      });
  }
}

async function setUnschedulable(
  context: CommandContext,
  connection: Awaited<ReturnType<CommandContext['connect']>>,
  name: string,
  closed: boolean,
): Promise<void> {
  const key = { namespace: '', name: name.replace(/^nodes?\//, '') };
  const node = await connection.client.get(nodeKind, key);
  const verb = closed ? 'cordoned' : 'uncordoned';
  if ((node.spec?.unschedulable ?? false) === closed) {
    context.io.out(`node/${key.name} already ${verb}\n`);
    return;
  }
  await connection.client.patch(
    nodeKind,
    key,
    'merge',
    { spec: { unschedulable: closed ? true : null } },
    { fieldManager: 'gantry' },
  );
  context.io.out(`node/${key.name} ${verb}\n`);
}
