// Tells users why their pods wait: on the pod as condition PodScheduled and as the node on which room is being made,
// and as an Event. Only what has changed is written, and of several changes to one pod only the last.
import { podKind, type Pod, type PodStatus } from '@gantry/api/kinds/pod';
import type { AnyObject } from '@gantry/api/meta';
import { isConflict, isNotFound } from '@gantry/api/status-error';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import { timeText } from '@gantry/kit/time-text';
import type { CacheReader } from '../cache/cache.ts';
import type { EventNote } from '../engine/controller.ts';
import type { ChangeAnswer, KeyedChange } from '../resources/change-together.ts';
import type { Change } from '../resources/conditional-write.ts';
import type { PodView } from './pod-needs.ts';
import { withScheduledCondition } from './scheduled-condition.ts';

/** What is needed to tell. */
export interface PendingReasonsDeps {
  /** Changes pods. Does not throw: the answers are in the order of the changes. */
  change(changes: readonly KeyedChange[], signal: AbortSignal): Promise<readonly ChangeAnswer[]>;
  cache: Pick<CacheReader, 'get'>;
  recordEvent(note: EventNote): void;
  clock: Clock;
  logger: Logger;
}

/** Written together; one batch after the other, so that binds are not held up. */
const BATCH_MAX = 100;

interface Told {
  pod: PodView;
  message: string;
  /** Node on which room is being made. */
  nominated: string | undefined;
}

/** Writes reasons in the background. */
export class PendingReasons {
  readonly #deps: PendingReasonsDeps;
  readonly #signal: AbortSignal;
  /** The newest sentence per pod that is still to be written; at most one entry a pending pod. */
  readonly #toWrite = new Map<string, Told>();
  #writing: Promise<void> | undefined;

  constructor(deps: PendingReasonsDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /** No node does for the pod; `message` says why. */
  tell(pod: PodView, message: string, nominated?: string): void {
    const present = this.#present(pod);
    const isTold = present === undefined || saysAlready(present.status, message);
    if (isTold && present?.status?.nominatedNodeName === nominated) {
      this.#toWrite.delete(pod.uid);
      return;
    }
    if (present !== undefined && !isTold) {
      this.#deps.recordEvent({
        ...{ regarding: present, severity: 'Warning', reason: 'FailedScheduling', message },
      });
    }
    this.#toWrite.set(pod.uid, { pod, message, nominated });
    this.#writing ??= this.#writeAll();
  }

  async allDone(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    // Lets the rest of a batch of decisions in.
    await Promise.resolve();
    while (this.#toWrite.size > 0 && !this.#signal.aborted) {
      const batch: Told[] = [];
      for (const [uid, told] of this.#toWrite) {
        if (batch.length >= BATCH_MAX) break;
        this.#toWrite.delete(uid);
        batch.push(told);
      }
      await this.#write(batch);
    }
    // In the same step as the last look at what is left: what is told from now on begins anew.
    this.#writing = undefined;
  }

  async #write(batch: readonly Told[]): Promise<void> {
    const now = timeText(this.#deps.clock.nowMs());
    const changes = batch.map((told) => ({
      key: { namespace: told.pod.namespace, name: told.pod.name },
      decide: (current: AnyObject): Change => decideTelling(current as Pod, told, now),
    }));
    const answers = await this.#deps.change(changes, this.#signal);
    for (const [index, { pod }] of batch.entries()) {
      const answer = answers[index];
      if (answer === 'done' || this.#signal.aborted) continue;
      const error = answer?.error;
      if (isNotFound(error) || isConflict(error)) continue;
      // The next try of the pod tells again, since the condition still lacks the sentence.
      this.#deps.logger.warn('pending reason not written', { pod: pod.name, error: messageOf(error) });
    }
  }

  #present(pod: PodView): Pod | undefined {
    const key = { namespace: pod.namespace, name: pod.name };
    const present = this.#deps.cache.get<Pod>(podKind, key);
    return present?.metadata.uid === pod.uid ? present : undefined;
  }
}

function decideTelling(current: Pod, { pod, message, nominated }: Told, now: string): Change {
  const isIt = current.metadata.uid === pod.uid && (current.spec.nodeName ?? '') === '';
  const verdict = { status: 'False' as const, reason: 'Unschedulable', message };
  const status = nominatedTo(nominated, withScheduledCondition(current.status, verdict, now));
  if (!isIt || status === current.status) return { type: 'same', object: current };
  return { type: 'put', object: { ...current, status } };
}

function nominatedTo(node: string | undefined, status: PodStatus): PodStatus {
  if (status.nominatedNodeName === node) return status;
  const { nominatedNodeName: _, ...rest } = status;
  return node === undefined ? rest : { ...rest, nominatedNodeName: node };
}

function saysAlready(status: PodStatus | undefined, message: string): boolean {
  const condition = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  return condition?.status === 'False' && condition.message === message;
}
