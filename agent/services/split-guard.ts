// The TrafficSplits as this node carries them out: one whose kill switch is thrown leaves all requests where they were,
// as soon as the node's own flags say so. Nobody else is asked, so it holds while the control plane is away too.
import type { FlagSet } from '@gantry/api/flags/evaluate-flag';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import { splitInForce } from '@gantry/api/traffic-split/split-in-force';
import type { Clock } from '@gantry/kit/clock';
import type { SplitLists } from './split-follower.ts';

/** The flags that a node knows. */
export interface KnownFlags {
  /** Of a namespace; undefined as long as nobody, not even the disk, has told any. */
  flags(namespace: string): FlagSet | undefined;
  /** When flags of a namespace change on schedule next. */
  nextMomentMs(namespace: string): number | undefined;
  /** Has `listener` called when any flags may have changed, or have become known. */
  onChange(listener: () => void): void;
}

export interface SplitGuardDeps {
  clock: Clock;
  /** Absent where the node evaluates none: then the control plane alone takes traffic back. */
  flags: KnownFlags | undefined;
  /** Called when {@link SplitGuard.inForce} would answer differently now. */
  onChange(): void;
}

export interface SplitGuard {
  /** What is to be carried out; undefined for a short while after a start, when flags may still tell otherwise. */
  inForce(lists: SplitLists): SplitLists | undefined;
}

/** A node that starts gives a version no traffic that was taken from it; but flags that never come hold up nobody. */
const HOLD_MS = 5_000;
/** Clocks cannot wait longer than some weeks at once. */
const WAIT_MAX_MS = 24 * 60 * 60 * 1000;

export function createSplitGuard(deps: SplitGuardDeps): SplitGuard {
  const { flags } = deps;
  return flags === undefined ? { inForce: (lists) => lists } : new Guard(deps, flags);
}

class Guard implements SplitGuard {
  readonly #deps: SplitGuardDeps;
  readonly #flags: KnownFlags;
  #lists: SplitLists | undefined;
  /** Which of the splits were told as thrown; undefined while nothing is told. */
  #thrown: string | undefined;
  #heldUntilMs: number | undefined;
  #cancelWait: (() => void) | undefined;

  constructor(deps: SplitGuardDeps, flags: KnownFlags) {
    this.#deps = deps;
    this.#flags = flags;
    flags.onChange(() => this.#look());
  }

  inForce(lists: SplitLists): SplitLists | undefined {
    this.#lists = lists;
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    const namespaces = armedNamespaces(lists);
    if (namespaces.length === 0) {
      this.#thrown = '';
      return lists;
    }
    if (this.#isHeld(namespaces)) {
      this.#thrown = undefined;
      return undefined;
    }
    const splits = this.#splitsOf(lists);
    this.#thrown = thrownOf(lists, splits);
    this.#lookAt(this.#nextMomentMs(namespaces));
    return { ...lists, splits };
  }

  #look(): void {
    const lists = this.#lists;
    if (lists === undefined || armedNamespaces(lists).length === 0) return;
    if (this.#thrown === undefined || thrownOf(lists, this.#splitsOf(lists)) !== this.#thrown)
      this.#deps.onChange();
    // Another change on schedule may be the next one now.
    else this.#lookAt(this.#nextMomentMs(armedNamespaces(lists)));
  }

  #splitsOf({ splits }: SplitLists): readonly TrafficSplit[] {
    const nowMs = this.#deps.clock.nowMs();
    return splits.map((split) => splitInForce(split, this.#flags.flags(namespaceOf(split)), nowMs));
  }

  #isHeld(namespaces: readonly string[]): boolean {
    if (namespaces.every((namespace) => this.#flags.flags(namespace) !== undefined)) return false;
    const nowMs = this.#deps.clock.nowMs();
    this.#heldUntilMs ??= nowMs + HOLD_MS;
    if (nowMs >= this.#heldUntilMs) return false;
    this.#lookAt(this.#heldUntilMs);
    return true;
  }

  #nextMomentMs(namespaces: readonly string[]): number | undefined {
    const moments = namespaces.flatMap((namespace) => this.#flags.nextMomentMs(namespace) ?? []);
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  #lookAt(atMs: number | undefined): void {
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    if (atMs === undefined) return;
    const { clock } = this.#deps;
    this.#cancelWait = clock.schedule(Math.min(atMs - clock.nowMs(), WAIT_MAX_MS), () => this.#look());
  }
}

const namespaceOf = ({ metadata }: TrafficSplit): string => metadata.namespace ?? '';

function armedNamespaces({ splits }: SplitLists): readonly string[] {
  const armed = splits.filter(({ spec }) => spec.killSwitch !== undefined);
  return [...new Set(armed.map(namespaceOf))];
}

/** A split that is not thrown stays the object that it was. */
function thrownOf({ splits }: SplitLists, inForce: readonly TrafficSplit[]): string {
  return splits
    .filter((split, at) => inForce[at] !== split)
    .map(({ metadata }) => metadata.uid ?? '')
    .join();
}
