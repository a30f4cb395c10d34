// `gantry setup`: installs and starts what a node needs, and nothing of the cluster itself.
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';

export function registerSetup(program: Command, context: CommandContext): void {
  program
    .command('setup')
    .description('Install and start what this machine lacks (Docker engine, etcd); start no cluster')
    .action(async () => {
      const { makeDemoImages } = await import('../up/demo-image.ts');
      const { dockerSocketFrom } = await import('../up/docker-engine.ts');
      const { setUpMachine } = await import('../up/setup.ts');
      const dockerSocket = dockerSocketFrom(context.env);
      const say = (sentence: string): void => {
        context.io.out(`${sentence}\n`);
      };
      const needs = { needsEtcd: true, needsHosts: false };
      await setUpMachine(context.home, { dockerSocket, wantedPorts: [], ...needs }, say);
      await makeDemoImages(dockerSocket);
      say('This machine is ready. Next: gantry up');
    });
}
