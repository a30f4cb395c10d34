// Steps a simulated world until it is over, with all invariants shown each step; stops at the first that does not hold.
import type { Invariant, WorldView } from '../invariants/world-view.ts';
import type { SimWorld } from '../world/sim-world.ts';
import { isHeartbeat } from '../store/heartbeats.ts';
import { isSettled } from './is-settled.ts';

/** What an invariant had to say. */
export interface Failure {
  invariant: string;
  sentence: string;
  /** What was seen. */
  seen: string;
  /** Since the start of the run. */
  atMs: number;
  /** The last lines of the transcript. */
  lines: readonly string[];
}

/** How a world is driven. */
export interface DriveOptions {
  /** New ones: they keep state. */
  invariants: readonly Invariant[];
  /**
   * Asked after each step whether the run is over.
   *
   * @param isQuiet all is as users want it, and nothing has happened for a while.
   */
  isOver(isQuiet: boolean): boolean;
  /** Steps after which a run is ended as one that does not get forward. */
  stepsMax?: number;
  /** Lines of transcript in a failure. */
  lines?: number;
}

const STEPS_MAX = 3_000_000;
const LINES = 50;
/** Invariants about time are asked this often when nothing happens. */
const LOOK_EVERY_MS = 1_000;

/** Longer than any grace and any wait of a healthy cluster. */
const QUIET_MS = 40_000;

/** Starts the world, drives it to its end and lets go of it. Errors that nobody caught are failures too. */
export async function driveWorld(
  world: SimWorld,
  options: DriveOptions,
): Promise<{ steps: number; failure?: Failure }> {
  const watch = new Watch(world, options.invariants);
  const stray = listenForStrays();
  const stepsMax = options.stepsMax ?? STEPS_MAX;
  let steps = 0;
  let failure: Seen | undefined;
  world.start();
  try {
    while (failure === undefined && !options.isOver(watch.isQuiet())) {
      if (!(await world.step())) break;
      steps += 1;
      failure = stray.first() ?? watch.look() ?? (steps >= stepsMax ? STUCK : undefined);
    }
  } catch (error) {
    failure = uncaught(error);
  } finally {
    stray.stop();
    world.stop();
  }
  if (failure === undefined) return { steps };
  const lines = world.transcript.tail(options.lines ?? LINES);
  return { steps, failure: { ...failure, atMs: world.elapsedMs, lines } };
}

type Seen = Pick<Failure, 'invariant' | 'sentence' | 'seen'>;

const STUCK: Seen = {
  invariant: 'gets-forward',
  sentence: 'A run ends within a bounded number of steps.',
  seen: 'the run has used up all its steps',
};

function uncaught(error: unknown): Seen {
  return {
    invariant: 'no-stray-error',
    sentence: 'No error escapes from where it is dealt with.',
    seen: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}

/** Rejections that nobody handles. */
function listenForStrays() {
  let first: Seen | undefined;
  const take = (error: unknown): void => void (first ??= uncaught(error));
  process.on('unhandledRejection', take);
  return { first: () => first, stop: () => void process.off('unhandledRejection', take) };
}

/** Shows the world to the invariants: at each step that changed more than a heartbeat, and once a second. */
class Watch {
  readonly #world: SimWorld;
  readonly #invariants: readonly Invariant[];
  #lookedAtMs = -Infinity;
  #changedAtMs = 0;
  #isSettled = false;
  #lines = -1;

  constructor(world: SimWorld, invariants: readonly Invariant[]) {
    this.#world = world;
    this.#invariants = invariants;
  }

  look(): Seen | undefined {
    const { elapsedMs, transcript } = this.#world;
    const isDue = elapsedMs - this.#lookedAtMs >= LOOK_EVERY_MS;
    if (!isDue && !this.#world.hasChanged() && transcript.count === this.#lines) return undefined;
    this.#lookedAtMs = elapsedMs;
    this.#lines = transcript.count;
    const view = this.#world.look();
    if (view.calmSinceMs === undefined || view.writes.some(({ key }) => !isHeartbeat(key))) {
      this.#changedAtMs = elapsedMs;
    } else if (isDue) this.#isSettled = elapsedMs - this.#changedAtMs >= QUIET_MS && isSettled(view);
    return this.#check(view);
  }

  /** All is there, and nothing has happened for a while. */
  isQuiet(): boolean {
    return this.#isSettled;
  }

  #check(view: WorldView): Seen | undefined {
    for (const invariant of this.#invariants) {
      const seen = invariant.check(view);
      if (seen !== undefined) return { invariant: invariant.name, sentence: invariant.sentence, seen };
    }
    return undefined;
  }
}
