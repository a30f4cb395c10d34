// The FeatureFlags of the cluster as this node knows them: followed from the API and kept on disk, so that an agent that
// starts while the control plane is away decides as its predecessor did. What may be out of date is known to be so.
import type { Client } from '@gantry/api/client';
import { flagConfigTag } from '@gantry/api/flags/flag-streams';
import { nextMomentMs } from '@gantry/api/flags/schedules';
import { FlagSets } from '@gantry/api/flags/flag-sets';
import type { FlagSet } from '@gantry/api/flags/evaluate-flag';
import { createInformer, type Informer, type InformerEvent } from '@gantry/api/informer';
import { featureFlagKind, type FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { Random } from '@gantry/kit/random';
import type { DurableFolder } from '../machine/machine.ts';
import { restartableRun, type RestartableRun } from '../restartable-run.ts';

export interface FlagFollowerDeps {
  client: Pick<Client, 'list' | 'watch'>;
  clock: Clock;
  random: Random;
  logger: Logger;
  checkpoint: Pick<DurableFolder, 'put' | 'remove' | 'load' | 'flush'>;
  /** Without a sign of the control plane for so long, flags may be out of date. */
  staleAfterMs: number;
  /** Flags of the namespace may have changed. */
  onChange(namespace: string): void;
  /** All flags that there are have become known. */
  onWhole?: () => void;
}

export interface FlagFollower {
  /** The flags of a namespace; undefined as long as nobody, not even the disk, has told any. */
  flags(namespace: string): FlagSet | undefined;
  /** Names the state of a namespace's flags. */
  tag(namespace: string): string;
  /** When flags of a namespace change on schedule next. */
  nextMomentMs(namespace: string): number | undefined;
  /** Whether flags may be out of date. */
  isStale(): boolean;
  /** The control plane has answered. */
  noteAnswer(): void;
  /** The control plane is back: asks again at once. */
  retryNow(): void;
  /** Follows until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

/** Says that the checkpoint has once been whole: without it, what is missing there may only not have been written yet. */
const WHOLE = 'whole';
const NONE: readonly FeatureFlag[] = [];

export function followFlags(deps: FlagFollowerDeps): FlagFollower {
  return new Follower(deps);
}

class Follower implements FlagFollower {
  readonly #deps: FlagFollowerDeps;
  readonly #informer: Informer<FeatureFlag>;
  readonly #byNamespace = new Map<string, readonly FeatureFlag[]>();
  readonly #sets = new FlagSets((namespace) => this.#byNamespace.get(namespace) ?? NONE);
  /** Whether all flags that there were at some time are here. */
  #isWhole = false;
  #isFollowing = false;
  /** When the control plane has last been known to be there, or the watch to be in step. */
  #heardAtMs = -Infinity;
  #inStepAtMs = -Infinity;
  #run: RestartableRun | undefined;

  constructor(deps: FlagFollowerDeps) {
    this.#deps = deps;
    const { client, clock, random, logger } = deps;
    this.#informer = createInformer({
      ...{ client, clock, random, definition: featureFlagKind },
      onEvent: (event) => this.#onEvent(event),
      onSynced: () => this.#onSynced(),
      onFollowing: () => {
        this.#isFollowing = true;
        this.noteAnswer();
      },
      onFault: (error, retryInMs) => {
        this.#lose();
        logger.warn('flags cannot be followed', { error: messageOf(error), retryInMs });
      },
    });
  }

  flags(namespace: string): FlagSet | undefined {
    return this.#isWhole ? this.#sets.of(namespace) : undefined;
  }

  tag(namespace: string): string {
    return flagConfigTag(this.#byNamespace.get(namespace) ?? NONE, this.#deps.clock.nowMs());
  }

  nextMomentMs(namespace: string): number | undefined {
    return nextMomentMs(this.#byNamespace.get(namespace) ?? NONE, this.#deps.clock.nowMs());
  }

  isStale(): boolean {
    const { clock, staleAfterMs } = this.#deps;
    const inStepAtMs = this.#isFollowing ? this.#heardAtMs : this.#inStepAtMs;
    return clock.nowMs() - inStepAtMs > staleAfterMs;
  }

  noteAnswer(): void {
    this.#heardAtMs = this.#deps.clock.nowMs();
  }

  retryNow(): void {
    this.#run?.again();
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#restore();
    this.#run = restartableRun((one) => this.#informer.run(one), signal);
    await this.#run.start();
    await this.#deps.checkpoint.flush();
  }

  #lose(): void {
    if (this.#isFollowing) this.#inStepAtMs = this.#heardAtMs;
    this.#isFollowing = false;
  }

  #onEvent({ type, object }: InformerEvent<FeatureFlag>): void {
    const { uid = '' } = object.metadata;
    this.noteAnswer();
    if (type === 'delete') {
      this.#deps.checkpoint.remove(uid);
      this.#replace(object, undefined);
    } else {
      const kept = withoutNotes(object);
      this.#deps.checkpoint.put(uid, kept);
      this.#replace(object, kept);
    }
  }

  /** What the disk had and the API does not is gone. */
  #onSynced(): void {
    const present = new Set(this.#informer.list().map(({ metadata }) => metadata.uid));
    for (const object of [...this.#byNamespace.values()].flat()) {
      if (present.has(object.metadata.uid)) continue;
      this.#deps.checkpoint.remove(object.metadata.uid ?? '');
      this.#replace(object, undefined);
    }
    this.#isWhole = true;
    this.#deps.checkpoint.put(WHOLE, { kind: WHOLE });
    this.#deps.onWhole?.();
  }

  async #restore(): Promise<void> {
    const stored = await this.#deps.checkpoint.load();
    this.#isWhole = stored.delete(WHOLE);
    for (const object of stored.values()) this.#replace(object as FeatureFlag, object as FeatureFlag);
    if (this.#isWhole) this.#deps.onWhole?.();
  }

  /** In the order of the cache of the control plane, so that both decide alike. */
  #replace({ metadata }: FeatureFlag, next: FeatureFlag | undefined): void {
    const { namespace = '', name } = metadata;
    const others = (this.#byNamespace.get(namespace) ?? NONE).filter((one) => one.metadata.name !== name);
    const objects = next === undefined ? others : [...others, next].sort(byName);
    if (objects.length === 0) this.#byNamespace.delete(namespace);
    else this.#byNamespace.set(namespace, objects);
    this.#deps.onChange(namespace);
  }
}

function byName({ metadata: a }: FeatureFlag, { metadata: b }: FeatureFlag): number {
  return (a.name ?? '') < (b.name ?? '') ? -1 : 1;
}

/** What evaluation needs: annotations and the record of managers may be larger than the flags. */
function withoutNotes({ apiVersion, kind, metadata, spec }: FeatureFlag): FeatureFlag {
  const { name, namespace, uid, resourceVersion, generation, creationTimestamp } = metadata;
  const known = { name, namespace, uid, resourceVersion, generation, creationTimestamp };
  const kept = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  return { apiVersion, kind, metadata: kept, spec };
}
