// `gantry rollout status` of a Rollout: the whole picture once, or live until nothing more comes of itself.
import type { ObjectKey } from '@gantry/api/meta';
import { CliError, EXIT, type CommandContext } from '../../command.ts';
import type { Connection } from '../../connect.ts';
import { parseDuration } from '../../parse-duration.ts';
import { followPicture } from './follow-picture.ts';
import { LiveScreen } from './live-screen.ts';
import { changeLine, pictureText } from './picture-text.ts';
import type { Picture } from '@gantry/api/rollout/picture';
import { readPicture } from './read-picture.ts';
import { standingOf } from '@gantry/api/rollout/standing';

/** What the user asked for; `timeout` goes with `watch`. */
export interface StatusFlags {
  watch: boolean;
  timeout: string | undefined;
}

/** Changes that come together are drawn together. */
const DRAW_DELAY_MS = 50;
/** Ages on the screen grow without any news. */
const REDRAW_MS = 1_000;

/** Prints; ends with 1 when it is degraded. @throws CliError when it is deleted, or the time is up. */
export async function showRollout(
  context: CommandContext,
  connection: Connection,
  key: ObjectKey,
  flags: StatusFlags,
): Promise<void> {
  const first = await readPicture(connection, key, context.clock.nowMs());
  const last = flags.watch ? await watched(context, connection, key, flags.timeout) : first;
  if (!flags.watch) context.io.out(pictureText(first));
  if (standingOf(last.rollout).end === 'degraded') context.endWith(EXIT.failed);
}

async function watched(
  context: CommandContext,
  connection: Connection,
  key: ObjectKey,
  timeout: string | undefined,
): Promise<Picture> {
  const over = new AbortController();
  const late = timeout === undefined ? undefined : AbortSignal.timeout(parseDuration(timeout, '--timeout'));
  const signals = [over.signal, context.signal, ...(late === undefined ? [] : [late])];
  const show = context.io.terminal ? drawing(context) : lineByLine(context);
  let last: Picture | undefined;
  let isGone = false;
  const onPicture = (picture: Picture | undefined): void => {
    isGone = picture === undefined;
    last = picture ?? last;
    if (picture !== undefined) show.picture(picture);
    if (picture === undefined || standingOf(picture.rollout).end !== undefined) over.abort();
  };
  try {
    await followPicture(context, connection, key, onPicture, AbortSignal.any(signals));
  } finally {
    show.end();
  }
  if (isGone) throw new CliError(`Rollout ${key.name} was deleted meanwhile.`, { exitCode: EXIT.notFound });
  if (last !== undefined && over.signal.aborted) return last;
  if (late?.aborted === true) throw timedOut(key, timeout ?? '', last);
  throw context.signal.reason;
}

function timedOut({ name }: ObjectKey, timeout: string, last: Picture | undefined): CliError {
  const state = last === undefined ? '' : ` It is ${changeLine(last.rollout)}.`;
  return new CliError(`Rollout ${name} was neither healthy nor degraded within ${timeout}.${state}`, {
    exitCode: EXIT.timeout,
    nextStep: `See all of it: gantry rollout status ${name}`,
  });
}

/** Where pictures go. */
interface Shown {
  picture(picture: Picture): void;
  end(): void;
}

function lineByLine({ io }: CommandContext): Shown {
  let before = '';
  return {
    picture({ rollout }) {
      const line = changeLine(rollout);
      if (line !== before) io.out(`${line}\n`);
      before = line;
    },
    end: () => undefined,
  };
}

function drawing({ io, clock }: CommandContext): Shown {
  const screen = new LiveScreen({
    out: (text) => {
      io.out(text);
    },
    columns: io.columns,
    rows: io.stdout.rows,
  });
  let last: Picture | undefined;
  let cancel: (() => void) | undefined;
  const draw = (): void => {
    if (last !== undefined) screen.draw(pictureText({ ...last, nowMs: clock.nowMs() }));
    cancel = clock.schedule(REDRAW_MS, draw);
  };
  return {
    picture(picture) {
      last = picture;
      cancel?.();
      cancel = clock.schedule(DRAW_DELAY_MS, draw);
    },
    end() {
      cancel?.();
      if (last !== undefined) screen.draw(pictureText({ ...last, nowMs: clock.nowMs() }));
    },
  };
}
