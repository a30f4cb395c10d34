// `gantry rollout`: status, history, undo, restart, pause and resume of all that is rolled out; promote, abort, retry,
// set-image, plan and lint of Rollouts.
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import type { PromoteFlags } from '@gantry/api/rollout/steer/promote';

export function registerRollout(program: Command, context: CommandContext): void {
  const rollout = program
    .command('rollout')
    .description('Watch and steer how a new version takes over: of a Rollout, Deployment or DaemonSet');
  registerShared(rollout, context);
  registerRestart(rollout, context);
  registerSteps(rollout, context);
  registerSetImage(rollout, context);
  registerFiles(rollout, context);
}

const words = (target: string, name: string | undefined): string[] =>
  name === undefined ? [target] : [target, name];

function registerShared(rollout: Command, context: CommandContext): void {
  rollout
    .command('status <workload> [name]')
    .description('Show all of a Rollout; wait for a Deployment or DaemonSet, with live progress')
    .option('-w, --watch', 'follow it live until it is healthy (ends with 0) or degraded (ends with 1)')
    .option('--no-watch', 'say how far it is and end')
    .option('--timeout <duration>', 'how long to wait; 10m, or without end for a Rollout')
    .action(
      async (target: string, name: string | undefined, flags: { timeout?: string; watch?: boolean }) => {
        const { runStatus } = await import('../rollout/run-rollout.ts');
        await runStatus(context, words(target, name), flags);
      },
    );
  rollout
    .command('history <workload> [name]')
    .description('List the revisions that are kept, or show one of a Rollout')
    .option('--revision <number>', 'this one of a Rollout, with its template')
    .action(async (target: string, name: string | undefined, flags: { revision?: string }) => {
      const { runHistory } = await import('../rollout/run-rollout.ts');
      await runHistory(context, words(target, name), flags);
    });
  rollout
    .command('undo <workload> [name]')
    .description('Go back to the last revision, or to the one named')
    .option('--to-revision <number>', 'this revision')
    .action(async (target: string, name: string | undefined, flags: { toRevision?: string }) => {
      const { runUndo } = await import('../rollout/run-rollout.ts');
      await runUndo(context, words(target, name), flags);
    });
}

function registerRestart(rollout: Command, context: CommandContext): void {
  rollout
    .command('restart <workload> [name]')
    .description('Replace all pods, as the strategy allows')
    .action(async (target: string, name?: string) => {
      const { runRestart } = await import('../rollout/run-rollout.ts');
      await runRestart(context, words(target, name));
    });
  for (const paused of [true, false]) {
    rollout
      .command(`${paused ? 'pause' : 'resume'} <workload> [name]`)
      .description(paused ? 'Hold the rollout where it is' : 'Let a paused rollout go on')
      .action(async (target: string, name?: string) => {
        const { runPause } = await import('../rollout/run-rollout.ts');
        await runPause(context, words(target, name), paused);
      });
  }
}

function registerSteps(rollout: Command, context: CommandContext): void {
  rollout
    .command('promote <rollout> [name]')
    .description('Let a Rollout that is paused go on, or pass over steps')
    .option('--full', 'pass over all steps, pauses and analyses')
    .option('--force', 'with --full: also where the stable version is broken, to fix forward')
    .option('--skip-current-step', 'pass over the step that it is at')
    .option('--skip-all-steps', 'pass over all steps that are left')
    .action(async (target: string, name: string | undefined, flags: PromoteFlags) => {
      const { runPromote } = await import('../rollout/run-steps.ts');
      await runPromote(context, words(target, name), flags);
    });
  for (const [verb, description] of [
    ['abort', 'Give all traffic back to the stable version'],
    ['retry', 'Begin an aborted update anew'],
  ] as const) {
    rollout
      .command(`${verb} <rollout> [name]`)
      .description(description)
      .action(async (target: string, name?: string) => {
        const { runAbort } = await import('../rollout/run-steps.ts');
        await runAbort(context, words(target, name), verb);
      });
  }
}

function registerSetImage(rollout: Command, context: CommandContext): void {
  rollout
    .command('set-image <rollout> <images...>')
    .description('Begin a new version with other images: rollout set-image web main=shop/web:2')
    .action(async (target: string, images: string[]) => {
      const { runSetImage } = await import('../rollout/run-steps.ts');
      await runSetImage(context, target, images);
    });
}

function registerFiles(rollout: Command, context: CommandContext): void {
  rollout
    .command('plan [rollout] [name]')
    .description('Tell step by step what applying a file would do, or what is left of an update')
    .option('-f, --filename <source...>', 'file, folder, - or URL; may be repeated')
    .action(async (target: string | undefined, name: string | undefined, flags: { filename?: string[] }) => {
      const { showForecast } = await import('../rollout/forecast/show-forecast.ts');
      await showForecast(context, target === undefined ? [] : words(target, name), flags);
    });
  rollout
    .command('lint')
    .description(
      'Check Rollouts, analyses and flags in files without a cluster; ends with 1 when there are errors',
    )
    .requiredOption('-f, --filename <source...>', 'file, folder, - or URL; may be repeated')
    .option('-R, --recursive', 'folders with all that is below them')
    .action(async (flags: { filename: string[]; recursive?: boolean }) => {
      const { runLint } = await import('../rollout/lint/run-lint.ts');
      await runLint(context, flags);
    });
}
