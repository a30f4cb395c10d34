// Makes room: tells the victims of a preemption to leave, gracefully, and says so on them and as an Event. A victim
// that has gone meanwhile is as good as told.
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import { conflict, isConflict, isNotFound } from '@gantry/api/status-error';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { EventNote } from '../engine/controller.ts';
import type { Change } from '../resources/conditional-write.ts';
import { changeObject } from '../resources/conditional-write.ts';
import { decideDeletion } from '../resources/deletion.ts';
import type { ResourcesDeps } from '../resources/deps.ts';
import { timeText } from '../resources/new-object.ts';
import type { WriteContext } from '../resources/resources.ts';
import type { PodView } from './pod-needs.ts';
import { SCHEDULER_NAME } from './pod-fate.ts';
import type { Preemption } from './schedule.ts';

/** What is needed to evict. */
export interface EvictorDeps {
  /** Tells a pod to leave; throws as {@link evictPod}. */
  evict(victim: PodView, signal: AbortSignal): Promise<void>;
  recordEvent(note: EventNote): void;
  logger: Logger;
  /** The victim was not told to leave. */
  onNotLeaving(victim: string, preemptor: string): void;
}

const EVICTIONS_AT_ONCE = 64;

/** Evicts in the background. */
export class Evictor {
  readonly #deps: EvictorDeps;
  readonly #signal: AbortSignal;
  readonly #toEvict: { victim: PodView; preemption: Preemption }[] = [];
  readonly #running = new Set<Promise<void>>();

  constructor(deps: EvictorDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /** Starts; at most one entry a victim waits, since a victim that leaves is not chosen again. */
  start(preemptions: readonly Preemption[]): void {
    for (const preemption of preemptions) {
      for (const victim of preemption.victims) this.#toEvict.push({ victim, preemption });
    }
    this.#pump();
  }

  async allDone(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #pump(): void {
    while (this.#running.size < EVICTIONS_AT_ONCE && !this.#signal.aborted) {
      const next = this.#toEvict.shift();
      if (next === undefined) return;
      const running = this.#evict(next.victim, next.preemption).finally(() => {
        this.#running.delete(running);
        this.#pump();
      });
      this.#running.add(running);
    }
  }

  async #evict(victim: PodView, { pod, node }: Preemption): Promise<void> {
    const { namespace, name, uid } = victim;
    try {
      await this.#deps.evict(victim, this.#signal);
    } catch (error) {
      if (isNotFound(error) || isConflict(error) || this.#signal.aborted) return;
      this.#deps.logger.warn('victim of a preemption not evicted', {
        ...{ namespace, name, node },
        error: messageOf(error),
      });
      this.#deps.onNotLeaving(uid, pod.uid);
      return;
    }
    // The preemptor may be somebody else's business: it is named by its uid, as in Kubernetes.
    const message = `Preempted by pod ${pod.uid} on node ${node}`;
    const regarding = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, uid } };
    this.#deps.recordEvent({ regarding, severity: 'Normal', reason: 'Preempted', message });
  }
}

/**
 * Marks the pod as being deleted, with its own grace period and the condition that says why, in one write.
 *
 * @throws StatusError 404 or 409 when it is gone, or another one by now; 504 when it is not known. OperationalError
 * `fenced`.
 */
export async function evictPod(
  deps: ResourcesDeps,
  victim: Pick<PodView, 'namespace' | 'name' | 'uid'>,
  context: Pick<WriteContext, 'fence' | 'signal'>,
): Promise<void> {
  const key: ObjectKey = { namespace: victim.namespace, name: victim.name };
  const decide = (current: AnyObject): Change => {
    if (current.metadata.uid !== victim.uid) {
      throw conflict(podKind, victim.name, `pod ${victim.name} is another one by now`);
    }
    if (current.metadata.deletionTimestamp !== undefined) return { type: 'same', object: current };
    const nowMs = deps.clock.nowMs();
    const step = decideDeletion(podKind, disrupted(current as Pod, timeText(nowMs)), {}, nowMs);
    return { type: step.type === 'remove' ? 'remove' : 'put', object: step.object };
  };
  await changeObject(deps, podKind, key, { ...context, dryRun: false }, decide);
}

/** With the condition by which Jobs tell a preemption from a failure. */
function disrupted(pod: Pod, now: string): Pod {
  const condition = {
    type: 'DisruptionTarget',
    status: 'True' as const,
    reason: 'PreemptionByScheduler',
    message: `${SCHEDULER_NAME}: preempting to accommodate a higher priority pod`,
    lastTransitionTime: now,
  };
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== condition.type);
  return { ...pod, status: { ...pod.status, conditions: [...others, condition] } };
}
