// What a scenario is: something that users rely on, played once against a World and judged by what comes of it.
import type { ExecutionContext } from 'ava';
import type { World } from './world.ts';

/** One scenario. */
export interface Scenario {
  /** Kebab-case: its file, and its namespace. */
  readonly name: string;
  /** What holds, as one sentence for a reader. */
  readonly sentence: string;
  /** It does something to the whole cluster, so that nothing else may be played beside it. */
  readonly isDisturbing?: true;
  /** Waits by `until` and `world.sleep` alone: in one of the worlds time is virtual. */
  run(t: ExecutionContext, world: World): Promise<void>;
}
