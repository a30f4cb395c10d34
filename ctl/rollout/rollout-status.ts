// `gantry rollout status`: follows a rollout to its end, saying how far it is and what it waits for.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { sleep } from '@gantry/kit/clock';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { parseDuration } from '../parse-duration.ts';
import { ProgressLine } from '../print/progress-line.ts';
import { watchUntil } from '../watch-until.ts';
import { explanationsOf } from '../why/explanations-of.ts';
import { progressText, rolloutProgress, rolloutWaits } from './rollout-progress.ts';

interface Target {
  definition: KindDefinition;
  namespace: string;
  name: string;
}

/** What a rollout waits for may change without the Deployment itself changing. */
const ASK_INTERVAL_MS = 1_000;

/** Resolves when the rollout is done. @throws CliError when it cannot go on, is deleted, or the time is up. */
export async function showRolloutStatus(
  context: CommandContext,
  connection: Connection,
  target: Target,
  flags: { timeout: string; watch: boolean },
): Promise<void> {
  const timeoutMs = parseDuration(flags.timeout, '--timeout');
  const first = await connection.client.get(target.definition, target);
  const ask = async (signal?: AbortSignal): Promise<string> =>
    rolloutWaits((await explanationsOf(connection, target, signal)).explanations);
  if (!flags.watch) {
    context.io.out(`${progressText(rolloutProgress(first), await ask())}\n`);
    return;
  }
  const status = new RolloutLine(context, ask);
  const last = await status.while(() =>
    watchUntil(context, connection, target, {
      timeoutMs,
      done: (current) =>
        current === undefined || rolloutProgress(current).done || rolloutProgress(current).failed,
      progress: (current) => {
        status.show(current);
      },
      waitingFor: (current) =>
        current === undefined
          ? 'it to be there'
          : `the rollout: ${progressText(rolloutProgress(current), status.waits)}`,
    }),
  );
  if (last === undefined) {
    throw new CliError(`${target.name} was deleted meanwhile.`, { exitCode: EXIT.notFound });
  }
  const { failed, sentence } = rolloutProgress(last);
  status.end(sentence);
  if (!failed) return;
  const waits = await ask();
  throw new CliError(`The rollout does not go on${waits === '' ? '' : `: ${waits}`}.`, {
    nextStep: `See why: gantry describe ${target.definition.singular} ${target.name}`,
  });
}

/** The progress line, kept up to date with what is waited for. */
class RolloutLine {
  /** As last heard. */
  waits = '';
  readonly #context: CommandContext;
  readonly #ask: (signal: AbortSignal) => Promise<string>;
  readonly #line: ProgressLine;
  #current: AnyObject | undefined;

  constructor(context: CommandContext, ask: (signal: AbortSignal) => Promise<string>) {
    this.#context = context;
    this.#ask = ask;
    this.#line = new ProgressLine(context.io);
  }

  /** Asks again and again while `work` is under way. */
  async while<T>(work: () => Promise<T>): Promise<T> {
    const over = new AbortController();
    const asking = this.#keepAsking(over.signal);
    try {
      return await work();
    } finally {
      over.abort();
      await asking;
    }
  }

  show(current: AnyObject | undefined): void {
    this.#current = current;
    if (current === undefined) return;
    const progress = rolloutProgress(current);
    if (!progress.done && !progress.failed) this.#line.show(progressText(progress, this.waits));
  }

  end(sentence: string): void {
    this.#line.end(sentence);
  }

  async #keepAsking(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const waits = await this.#ask(over);
      if (over.aborted) return;
      this.waits = waits;
      this.show(this.#current);
      await sleep(this.#context.clock, ASK_INTERVAL_MS, over).catch(() => undefined);
    }
  }
}
