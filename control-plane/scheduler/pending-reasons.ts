// Tells users why their pods wait: on the pod as condition PodScheduled and as the node on which room is being made,
// and as an Event. Only what has changed is written, and of several changes to one pod only the last.
import { podKind, type Pod, type PodStatus } from '@gantry/api/kinds/pod';
import type { ObjectKey } from '@gantry/api/meta';
import { isConflict, isNotFound } from '@gantry/api/status-error';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { CacheReader } from '../cache/cache.ts';
import type { EventNote } from '../engine/controller.ts';
import { timeText } from '../resources/new-object.ts';
import type { PodView } from './pod-needs.ts';
import { withScheduledCondition } from './scheduled-condition.ts';

/** What is needed to tell. */
export interface PendingReasonsDeps {
  /** Writes the pod's status through the API's rules. */
  updateStatus(key: ObjectKey, change: (current: Pod) => Pod, signal: AbortSignal): Promise<void>;
  cache: Pick<CacheReader, 'get'>;
  recordEvent(note: EventNote): void;
  clock: Clock;
  logger: Logger;
}

const WRITES_AT_ONCE = 32;

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
  readonly #inFlight = new Set<Promise<void>>();

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
    this.#pump();
  }

  async allDone(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  #pump(): void {
    for (const [uid, told] of this.#toWrite) {
      if (this.#inFlight.size >= WRITES_AT_ONCE || this.#signal.aborted) return;
      this.#toWrite.delete(uid);
      const running = this.#write(told).finally(() => {
        this.#inFlight.delete(running);
        this.#pump();
      });
      this.#inFlight.add(running);
    }
  }

  async #write({ pod, message, nominated }: Told): Promise<void> {
    const now = timeText(this.#deps.clock.nowMs());
    const verdict = { status: 'False' as const, reason: 'Unschedulable', message };
    const change = (current: Pod): Pod => {
      if (current.metadata.uid !== pod.uid || (current.spec.nodeName ?? '') !== '') return current;
      return {
        ...current,
        status: nominatedTo(nominated, withScheduledCondition(current.status, verdict, now)),
      };
    };
    try {
      await this.#deps.updateStatus({ namespace: pod.namespace, name: pod.name }, change, this.#signal);
    } catch (error) {
      if (isNotFound(error) || isConflict(error) || this.#signal.aborted) return;
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

function nominatedTo(node: string | undefined, status: PodStatus): PodStatus {
  if (status.nominatedNodeName === node) return status;
  const { nominatedNodeName: _, ...rest } = status;
  return node === undefined ? rest : { ...rest, nominatedNodeName: node };
}

function saysAlready(status: PodStatus | undefined, message: string): boolean {
  const condition = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  return condition?.status === 'False' && condition.message === message;
}
