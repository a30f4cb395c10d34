// The commands below `gantry rollout` that every workload has: what they do follows from what they are about.
import { CliError, EXIT, type CommandContext } from '../command.ts';
import { showRollout } from './picture/show-status.ts';
import { readPicture } from './picture/read-picture.ts';
import { showRolloutStatus } from './rollout-status.ts';
import { historyText, revisionText } from './steer/history.ts';
import { pausing } from '@gantry/api/rollout/steer/pause';
import { restarting } from '@gantry/api/rollout/steer/restart';
import { resumption } from '@gantry/api/rollout/steer/resume';
import { steer, undoRollout } from './steer/run-steering.ts';
import { pauseWorkload, restartWorkload, showWorkloadHistory, undoWorkload } from './steer-workload.ts';
import { isRolloutTarget, targetOf } from './target.ts';

/** How long the status of a Deployment or DaemonSet is waited for. */
const WORKLOAD_TIMEOUT = '10m';

/** `status`: that of a Rollout is shown once unless it is watched; that of others is waited for. */
export async function runStatus(
  context: CommandContext,
  words: readonly string[],
  { timeout, watch }: { timeout?: string; watch?: boolean },
): Promise<void> {
  const connection = await context.connect();
  const target = await targetOf(connection, words);
  if (!isRolloutTarget(target)) {
    const flags = { timeout: timeout ?? WORKLOAD_TIMEOUT, watch: watch !== false };
    return showRolloutStatus(context, connection, target, flags);
  }
  if (timeout !== undefined && watch !== true)
    throw new CliError('--timeout goes with --watch: without it the status is shown once.', {
      exitCode: EXIT.usage,
    });
  return showRollout(context, connection, target, { watch: watch === true, timeout });
}

/** `history`. */
export async function runHistory(
  context: CommandContext,
  words: readonly string[],
  flags: { revision?: string },
): Promise<void> {
  const revision = revisionNumber(flags.revision, '--revision');
  const connection = await context.connect();
  const target = await targetOf(connection, words);
  if (!isRolloutTarget(target)) {
    if (revision !== undefined) throw new CliError('--revision is for Rollouts.', { exitCode: EXIT.usage });
    return showWorkloadHistory(context, connection, target);
  }
  const picture = await readPicture(connection, target, context.clock.nowMs());
  context.io.out(revision === undefined ? historyText(picture) : revisionText(picture, revision));
}

/** `undo`. */
export async function runUndo(
  context: CommandContext,
  words: readonly string[],
  flags: { toRevision?: string },
): Promise<void> {
  const given = revisionNumber(flags.toRevision, '--to-revision');
  // As with kubectl, 0 is the last but one.
  const wanted = given === 0 ? undefined : given;
  const connection = await context.connect();
  const target = await targetOf(connection, words);
  if (isRolloutTarget(target)) return undoRollout(context, connection, target, wanted);
  return undoWorkload(context, connection, target, wanted);
}

/** `restart`. */
export async function runRestart(context: CommandContext, words: readonly string[]): Promise<void> {
  const connection = await context.connect();
  const target = await targetOf(connection, words);
  if (!isRolloutTarget(target)) return restartWorkload(context, connection, target);
  const nowMs = context.clock.nowMs();
  return steer(context, connection, target, (rollout) => restarting(rollout, nowMs));
}

/** `pause` and `resume`. */
export async function runPause(
  context: CommandContext,
  words: readonly string[],
  paused: boolean,
): Promise<void> {
  const connection = await context.connect();
  const target = await targetOf(connection, words);
  if (!isRolloutTarget(target)) return pauseWorkload(context, connection, target, paused);
  return steer(context, connection, target, paused ? pausing : resumption);
}

function revisionNumber(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new CliError(`${option} must be a number, not "${text}".`, { exitCode: EXIT.usage });
}
