// Makes room: has the victims of preemptions told to leave, and tells so as Events. A victim that has gone meanwhile is
// as good as told.
import { isConflict, isNotFound } from '@gantry/api/status-error';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { EventNote } from '../engine/controller.ts';
import type { ChangeAnswer } from '../resources/change-together.ts';
import type { PodView } from './pod-needs.ts';
import type { Preemption } from './schedule.ts';

/** What is needed to evict. */
export interface EvictorDeps {
  /** Does not throw: the answers are in the order of the victims. */
  evict(victims: readonly PodView[], signal: AbortSignal): Promise<readonly ChangeAnswer[]>;
  recordEvent(note: EventNote): void;
  logger: Logger;
  /** The victim was not told to leave. */
  onNotLeaving(victim: string, preemptor: string): void;
}

/** Evicts in the background. */
export class Evictor {
  readonly #deps: EvictorDeps;
  readonly #signal: AbortSignal;
  readonly #running = new Set<Promise<void>>();

  constructor(deps: EvictorDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /** Starts. A victim that leaves is not chosen again, so each is told once. */
  start(preemptions: readonly Preemption[]): void {
    if (preemptions.length === 0) return;
    const running = this.#run(preemptions).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async allDone(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #run(preemptions: readonly Preemption[]): Promise<void> {
    const all = preemptions.flatMap((preemption) =>
      preemption.victims.map((victim) => ({ victim, preemption })),
    );
    const victims = all.map(({ victim }) => victim);
    const answers = await this.#deps.evict(victims, this.#signal);
    for (const [index, { victim, preemption }] of all.entries()) {
      const answer = answers[index];
      if (answer === 'done') this.#tell(victim, preemption);
      else this.#failed(victim, preemption, answer?.error);
    }
  }

  #tell({ namespace, name, uid }: PodView, { pod, node }: Preemption): void {
    // The preemptor may be somebody else's business: it is named by its uid, as in Kubernetes.
    const message = `Preempted by pod ${pod.uid} on node ${node}`;
    const regarding = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, uid } };
    this.#deps.recordEvent({ regarding, severity: 'Normal', reason: 'Preempted', message });
  }

  #failed({ namespace, name, uid }: PodView, { pod, node }: Preemption, error: unknown): void {
    if (isNotFound(error) || isConflict(error) || this.#signal.aborted) return;
    const fields = { namespace, name, node, error: messageOf(error) };
    this.#deps.logger.warn('victim of a preemption not evicted', fields);
    this.#deps.onNotLeaving(uid, pod.uid);
  }
}
