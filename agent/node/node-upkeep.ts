// The slow rounds of a node: looking at the machine, reporting it when something changed or a report is due, removing
// images when the disk fills up, and folders of pods that are gone.
import { isDeepStrictEqual } from 'node:util';
import { sleep, type Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { Nap } from '@gantry/kit/nap';
import { messageOf } from '@gantry/kit/operational-error';
import type { Machine, MachineLoad } from '../machine/machine.ts';
import type { ImageState, Runtime } from '../runtime/runtime.ts';
import type { DriftBounds } from './clock-drift.ts';
import { planImageRemoval } from './image-plan.ts';
import {
  nodeConditions,
  saysTheSame,
  type ConditionFacts,
  type NodeCondition,
  type ProxyFault,
} from './node-conditions.ts';
import { nodeStatus, type HostFacts, type NodeOptions, type NodeStatus } from './node-object.ts';
import type { NodeRegistration } from './node-registration.ts';

export interface UpkeepDeps {
  runtime: Pick<Runtime, 'listImages' | 'removeImage' | 'listContainers'>;
  machine: Pick<Machine, 'load' | 'usage' | 'podFolders' | 'removePodFolder'>;
  clock: Clock;
  logger: Logger;
  options: NodeOptions;
  facts: HostFacts;
  registration: NodeRegistration;
  drift(): DriftBounds;
  /** What the pod network says of itself. */
  network?: NetworkView | undefined;
  /** Whether a pod of this uid is here or may still come: its folder stays. */
  isPodKnown(uid: string): boolean;
  /** Why the service proxy is not in step, `none` when it is; absent when the node has no proxy. */
  proxyFault?: (() => ProxyFault) | undefined;
  /** Why flags are not evaluated here; undefined when they are, or are not meant to be. */
  flagsFault?: (() => string | undefined) | undefined;
}

/** The pod network as the node's conditions need it. */
export interface NetworkView {
  condition(): ConditionFacts['network'];
  /** Called whenever the condition has changed. */
  onCondition(listener: () => void): void;
}

/** A look at the machine. */
const ROUND_MS = 10_000;
const ROUND_MIN_MS = 1_000;
/** A report without a change. */
const REPORT_MS = 300_000;
/** A look at images and folders. */
const COLLECT_MS = 300_000;

/** Reports the node, then goes its rounds until the signal is aborted. */
export async function runNodeUpkeep(deps: UpkeepDeps, signal: AbortSignal): Promise<void> {
  const upkeep = new Upkeep(deps);
  void deps.registration.follow((isDeleted) => (isDeleted ? upkeep.reportSoon() : upkeep.look()), signal);
  deps.network?.onCondition(() => upkeep.look());
  await upkeep.run(signal);
}

class Upkeep {
  readonly #deps: UpkeepDeps;
  readonly #lastUsedMs = new Map<string, number>();
  readonly #nap = new Nap();
  #images: readonly ImageState[] = [];
  #conditions: NodeCondition[] = [];
  #reportedAtMs = -Infinity;
  #reportedImages: NodeStatus['images'];
  #collectedAtMs = -Infinity;

  constructor(deps: UpkeepDeps) {
    this.#deps = deps;
  }

  /** Somebody may have written other conditions than ours. */
  look(): void {
    this.#nap.wake();
  }

  reportSoon(): void {
    this.#reportedAtMs = -Infinity;
    this.#nap.wake();
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#round(signal).catch((error: unknown) => {
        if (!signal.aborted)
          this.#deps.logger.error('a round of the node failed', { error: messageOf(error) });
      });
      await this.#pause(signal);
    }
  }

  /** Being woken shortens the pause, but not below the shortest: nobody can make the node run in circles. */
  async #pause(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    this.#nap.forget();
    await sleep(clock, ROUND_MIN_MS, signal).catch(() => undefined);
    await this.#nap.take(clock, ROUND_MS - ROUND_MIN_MS, signal);
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { machine, clock, facts, registration } = this.#deps;
    const nowMs = clock.nowMs();
    // Use is counted between readings: without one now and then, an answer would tell of all time.
    machine.usage();
    const load = await machine.load();
    const runtimeFault = await this.#runtimeFault();
    if (runtimeFault === undefined && nowMs - this.#collectedAtMs >= COLLECT_MS) {
      this.#collectedAtMs = nowMs;
      await this.#collect(load, nowMs);
    }
    const before = registration.current()?.status?.conditions ?? this.#conditions;
    const drift = this.#deps.drift();
    const conditionFacts = {
      ...{ nowMs, load, isRoot: facts.isRoot, drift },
      ...(runtimeFault === undefined ? {} : { runtimeFault }),
      proxyFault: this.#deps.proxyFault?.(),
      flagsFault: this.#deps.flagsFault?.(),
      network: this.#deps.network?.condition(),
    };
    const conditions = nodeConditions(conditionFacts, before);
    const status = nodeStatus(this.#deps.options, facts, { load, images: this.#images, conditions });
    if (!this.#isReportDue(status, conditions, before, nowMs)) return;
    await registration.publish(status, signal);
    this.#conditions = conditions;
    this.#reportedImages = status.images;
    this.#reportedAtMs = nowMs;
  }

  #isReportDue(
    status: NodeStatus,
    conditions: readonly NodeCondition[],
    before: readonly NodeCondition[],
    nowMs: number,
  ): boolean {
    if (nowMs - this.#reportedAtMs >= REPORT_MS) return true;
    const own = before.filter(({ type }) => conditions.some((one) => one.type === type));
    const inOrder = conditions.flatMap(({ type }) => own.filter((one) => one.type === type));
    return !saysTheSame(conditions, inOrder) || !isDeepStrictEqual(status.images, this.#reportedImages);
  }

  /** A list is what the agent needs of the engine; it also answers when the engine is too busy to sum itself up. */
  async #runtimeFault(): Promise<string | undefined> {
    try {
      await this.#deps.runtime.listContainers();
      return undefined;
    } catch (error) {
      return `the container engine does not answer: ${messageOf(error)}`;
    }
  }

  async #collect(load: MachineLoad, nowMs: number): Promise<void> {
    const { runtime, logger } = this.#deps;
    this.#images = await runtime.listImages();
    const containers = await runtime.listContainers();
    const used = new Set(containers.flatMap(({ imageId, imageName }) => [imageId, imageName]));
    for (const { imageId } of containers) this.#lastUsedMs.set(imageId, nowMs);
    const { diskFreeBytes, diskTotalBytes } = load;
    if (diskFreeBytes !== undefined && diskTotalBytes !== undefined) {
      const disk = { diskFreeBytes, diskTotalBytes };
      const inputs = { ...disk, images: this.#images, used, lastUsedMs: this.#lastUsedMs };
      for (const id of planImageRemoval(inputs)) {
        logger.info('removing an unused image: the disk fills up', { image: id });
        this.#lastUsedMs.delete(id);
        await runtime.removeImage(id);
      }
    }
    await this.#removeOrphanedFolders();
  }

  async #removeOrphanedFolders(): Promise<void> {
    const { machine, logger } = this.#deps;
    for (const uid of await machine.podFolders()) {
      if (this.#deps.isPodKnown(uid)) continue;
      logger.info('removing the folder of a pod that is gone', { podUid: uid });
      await machine.removePodFolder(uid);
    }
  }
}
