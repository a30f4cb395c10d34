// `gantry setup`: installs and starts what a node needs, and nothing of the cluster itself.
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import { makeDemoImages } from '../up/demo-image.ts';
import { dockerSocketFrom } from '../up/docker-engine.ts';
import { setUpMachine } from '../up/setup.ts';

export function registerSetup(program: Command, context: CommandContext): void {
  program
    .command('setup')
    .description('Install and start what this machine lacks (Docker engine, etcd); start no cluster')
    .action(async () => {
      const dockerSocket = dockerSocketFrom(context.env);
      const say = (sentence: string): void => {
        context.io.out(`${sentence}\n`);
      };
      await setUpMachine(context.home, { dockerSocket, wantedPorts: [], needsEtcd: true }, say);
      await makeDemoImages(dockerSocket);
      say('This machine is ready. Next: gantry up');
    });
}
