// `gantry create -f`: makes new objects; what is there already is a conflict.
import type { Command } from 'commander';
import { objectIdOf } from '@gantry/api/definition';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import { describeFailure } from '../failure.ts';
import { applyWaves } from '@gantry/api/apply-order';
import type { CreateFlags } from '../expose/create-one.ts';
import type { NewServiceFlags } from '../expose/new-service.ts';
import { readManifests } from '../manifests/read-manifests.ts';

interface Flags {
  filename: string[];
  recursive?: boolean;
  dryRun?: boolean;
}

export function registerCreate(program: Command, context: CommandContext): void {
  const create = program
    .command('create')
    .description('Create the objects of manifests; fails for those that are there already')
    .option('-f, --filename <source...>', 'file, folder, - or URL', [])
    .option('-R, --recursive', 'folders with all that is below them')
    .option('--dry-run', 'let the server do everything but store')
    .action(async (flags: Flags) => {
      if (flags.filename.length === 0)
        throw new CliError('Say what to create: -f FILE, or service TYPE NAME.', { exitCode: EXIT.usage });
      const connection = await context.connect();
      const { manifests, faults } = await readManifests(context, flags.filename, {
        recursive: flags.recursive ?? false,
      });
      const failures = [...faults];
      for (const { definition, object, place } of applyWaves(manifests).flat()) {
        const namespace = definition.namespaced
          ? (object.metadata.namespace ?? connection.namespace)
          : undefined;
        const placed = {
          ...object,
          metadata: { ...object.metadata, ...(namespace === undefined ? {} : { namespace }) },
        };
        try {
          const made = await connection.client.create(definition, placed, {
            fieldManager: 'gantry-create',
            fieldValidation: 'Strict',
            dryRun: flags.dryRun ?? false,
            onWarning: (sentence) => {
              context.io.err(`Warning: ${place}: ${sentence}\n`);
            },
          });
          context.io.out(`${objectIdOf(definition, made.metadata.name)} created\n`);
        } catch (error) {
          failures.push(`${place}: ${describeFailure(error).message}`);
        }
      }
      for (const failure of failures) context.io.err(`${failure}\n`);
      if (failures.length > 0)
        throw new CliError(`${failures.length} could not be created.`, { exitCode: EXIT.invalid });
    });
  registerCreateService(create, context);
}

/** `gantry create service TYPE NAME`. */
function registerCreateService(create: Command, context: CommandContext): void {
  create
    .command('service <type> <name>')
    .alias('svc')
    .description('Create a Service of type clusterip, nodeport, loadbalancer or externalname')
    .option('--tcp <port...>', 'PORT or PORT:TARGET')
    .option('--clusterip <address>', 'its address, or None for a headless Service')
    .option('--node-port <port>', 'with nodeport: the port on every node')
    .option('--external-name <name>', 'with externalname: the name that it stands for')
    .option('--dry-run [mode]', 'none, client or server')
    .option('-o, --output <format>', 'yaml, json, name, …')
    .action(async (type: string, name: string, flags: NewServiceFlags & CreateFlags) => {
      const { createOne } = await import('../expose/create-one.ts');
      const { newService, SERVICE_TYPES } = await import('../expose/new-service.ts');
      const known = (Object.keys(SERVICE_TYPES) as (keyof typeof SERVICE_TYPES)[]).find(
        (each) => each === type,
      );
      if (known === undefined)
        throw new CliError(
          `The type must be one of ${Object.keys(SERVICE_TYPES).join(', ')}, not "${type}".`,
          {
            exitCode: EXIT.usage,
          },
        );
      const service = newService(known, name, flags);
      await createOne(context, await context.connect(), service, flags, 'created');
    });
}
