// The commands below `gantry rollout` that only Rollouts have: promote, abort, retry, set-image.
import { CliError, EXIT, type CommandContext } from '../command.ts';
import { abortion } from '@gantry/api/rollout/steer/abort';
import { promoteFlagsProblem, promotion, type PromoteFlags } from '@gantry/api/rollout/steer/promote';
import { retrial } from '@gantry/api/rollout/steer/retry';
import { setImages, steer } from './steer/run-steering.ts';
import { parseNewImages } from './steer/set-image.ts';
import { rolloutKeyOf } from './target.ts';

/** `promote`. */
export async function runPromote(
  context: CommandContext,
  words: readonly string[],
  flags: PromoteFlags,
): Promise<void> {
  const problem = promoteFlagsProblem(flags);
  if (problem !== undefined) throw new CliError(problem, { exitCode: EXIT.usage });
  const connection = await context.connect();
  const key = rolloutKeyOf(connection, words, 'promote');
  await steer(context, connection, key, (rollout) => promotion(rollout, flags));
}

/** `abort` and `retry`. */
export async function runAbort(
  context: CommandContext,
  words: readonly string[],
  verb: 'abort' | 'retry',
): Promise<void> {
  const connection = await context.connect();
  const key = rolloutKeyOf(connection, words, verb);
  await steer(context, connection, key, verb === 'abort' ? abortion : retrial);
}

/** `set-image`. */
export async function runSetImage(
  context: CommandContext,
  target: string,
  images: readonly string[],
): Promise<void> {
  const wanted = parseNewImages(images);
  const connection = await context.connect();
  await setImages(context, connection, rolloutKeyOf(connection, [target], 'set-image'), wanted);
}
