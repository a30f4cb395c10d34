// `gantry expose`: makes a Service for the pods of a workload, of a pod, or of another Service.
import type { Command } from 'commander';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { CreateFlags } from '../expose/create-one.ts';
import type { ExposeFlags } from '../expose/exposed-service.ts';
import { parseResourceArguments } from '../resource-arguments.ts';

const EXPOSABLE = new Set(['Deployment', 'ReplicaSet', 'Pod', 'Service']);

export function registerExpose(program: Command, context: CommandContext): void {
  program
    .command('expose <kind> [name]')
    .description(
      'Make a Service for a Deployment, ReplicaSet, Pod or Service: gantry expose deploy/web --port 80',
    )
    .option('--port <ports>', 'port of the Service, several with commas; those that it declares when absent')
    .option('--target-port <port>', 'number or name of the port of the pods; the same when absent')
    .option('--protocol <protocol>', 'TCP or UDP', 'TCP')
    .option('--type <type>', 'ClusterIP, NodePort or LoadBalancer')
    .option('--name <name>', 'name of the Service; that of the object when absent')
    .option('--selector <labels>', 'labels of the pods; those of the object when absent')
    .option('-l, --labels <labels>', 'labels of the Service; those of the object when absent')
    .option('--cluster-ip <address>', 'its address, or None for a headless Service')
    .option('--session-affinity <kind>', 'None or ClientIP')
    .option('--dry-run [mode]', 'none, client or server')
    .option('-o, --output <format>', 'yaml, json, name, …')
    .action(async (kind: string, name: string | undefined, flags: ExposeFlags & CreateFlags) => {
      const { createOne } = await import('../expose/create-one.ts');
      const { exposedService } = await import('../expose/exposed-service.ts');
      const [wanted] = parseResourceArguments(name === undefined ? [kind] : [kind, name]);
      const target = wanted?.names[0];
      if (wanted === undefined || target === undefined)
        throw new CliError('Name what to expose, for example: deploy/web.', { exitCode: EXIT.usage });
      const { definition } = wanted;
      if (!EXPOSABLE.has(definition.kind))
        throw new CliError(
          `A ${definition.kind} cannot be exposed: it has no pods that a Service could select.`,
          {
            exitCode: EXIT.usage,
          },
        );
      const connection = await context.connect();
      const found = await connection.client.get(definition, {
        namespace: connection.namespace,
        name: target,
      });
      const service = exposedService({ ...found, kind: definition.kind }, flags);
      await createOne(context, connection, service, flags, 'exposed');
    });
}
