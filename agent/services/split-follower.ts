// The TrafficSplits of the cluster as this node knows them: followed from the API and kept on disk. Told only when whole:
// half of them would send everybody to the side that nobody has looked at yet, or back.
import type { Client } from '@gantry/api/client';
import { createInformer, type Informer, type InformerEvent } from '@gantry/api/informer';
import { trafficSplitKind, type TrafficSplit } from '@gantry/api/kinds/traffic-split';
import { StatusError } from '@gantry/api/status-error';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { Random } from '@gantry/kit/random';
import type { Machine } from '../machine/machine.ts';
import { restartableRun, type RestartableRun } from '../restartable-run.ts';
import { UNSERVED_CODES } from './route-follower.ts';
import { withoutHistory } from './without-history.ts';

/** All TrafficSplits, and how far they reach. */
export interface SplitLists {
  splits: readonly TrafficSplit[];
  /** All their changes up to this revision are in the list; undefined when it comes from the disk, or nobody serves them. */
  revision: string | undefined;
}

export interface SplitFollowerDeps {
  client: Pick<Client, 'list' | 'watch'>;
  clock: Clock;
  random: Random;
  logger: Logger;
  machine: Pick<Machine, 'checkpoint'>;
  /** Called when {@link SplitFollower.lists} has something new. */
  onChange(): void;
}

export interface SplitFollower {
  /** The newest that are whole; undefined as long as the control plane has neither told nor refused. */
  lists(): SplitLists | undefined;
  /** What the disk had; undefined as long as it was not read. */
  restored(): SplitLists | undefined;
  /** Follows until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
  /** The control plane is back: asks again at once. */
  retryNow(): void;
}

/** Changes that arrive within this time are told together. */
const GATHER_MS = 5;

const NO_SPLITS: SplitLists = { splits: [], revision: undefined };

export function followSplits(deps: SplitFollowerDeps): SplitFollower {
  return new Follower(deps);
}

class Follower implements SplitFollower {
  readonly #deps: SplitFollowerDeps;
  readonly #informer: Informer<TrafficSplit>;
  readonly #checkpoint: ReturnType<Machine['checkpoint']>;
  /** What the disk had, by uid, until the API has told. */
  #restored: ReadonlyMap<string, TrafficSplit> | undefined;
  #lists: SplitLists | undefined;
  #isGathering = false;
  #run: RestartableRun | undefined;

  constructor(deps: SplitFollowerDeps) {
    this.#deps = deps;
    this.#checkpoint = deps.machine.checkpoint('splits');
    this.#informer = this.#follow();
  }

  lists(): SplitLists | undefined {
    return this.#lists;
  }

  restored(): SplitLists | undefined {
    const restored = this.#restored;
    return restored && { splits: [...restored.values()], revision: undefined };
  }

  retryNow(): void {
    this.#run?.again();
  }

  async run(signal: AbortSignal): Promise<void> {
    const stored = await this.#checkpoint.load();
    this.#restored = new Map([...stored].map(([uid, object]) => [uid, object as TrafficSplit]));
    this.#deps.onChange();
    this.#run = restartableRun((one) => this.#informer.run(one), signal);
    await this.#run.start();
    await this.#checkpoint.flush();
  }

  #follow(): Informer<TrafficSplit> {
    const { client, clock, random, logger } = this.#deps;
    return createInformer<TrafficSplit>({
      ...{ client, clock, random, definition: trafficSplitKind },
      onEvent: (event) => this.#onEvent(event),
      onSynced: () => this.#onSynced(),
      onFault: (error, retryInMs) => {
        const isUnserved = error instanceof StatusError && UNSERVED_CODES.has(error.status.code);
        // Services do not wait for a list that does not come.
        if (this.#lists === undefined) this.#tell(this.restored() ?? NO_SPLITS);
        logger[isUnserved ? 'debug' : 'warn']('TrafficSplits cannot be followed', {
          ...{ error: messageOf(error), retryInMs },
        });
      },
    });
  }

  #onEvent({ type, object }: InformerEvent<TrafficSplit>): void {
    const { uid = '' } = object.metadata;
    if (type === 'delete') this.#checkpoint.remove(uid);
    else this.#checkpoint.put(uid, withoutHistory(object));
    this.#gatherSoon();
  }

  #onSynced(): void {
    const present = new Set(this.#informer.list().map(({ metadata }) => metadata.uid));
    for (const uid of this.#restored?.keys() ?? []) if (!present.has(uid)) this.#checkpoint.remove(uid);
    this.#restored = undefined;
    this.#gatherSoon();
  }

  /** The revision is that of the last change, and so tells news only where there are some. */
  #gatherSoon(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#deps.clock.schedule(GATHER_MS, () => {
      this.#isGathering = false;
      if (!this.#informer.synced) return;
      this.#tell({ splits: this.#informer.list(), revision: this.#informer.revision });
    });
  }

  #tell(lists: SplitLists): void {
    this.#lists = lists;
    this.#deps.onChange();
  }
}
