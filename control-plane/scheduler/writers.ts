// What the scheduler writes, joined to the core that has to hear of the outcomes: binds, reasons, evictions. All of it
// under the leader's fence.
import { podKind } from '@gantry/api/kinds/pod';
import type { EventNote } from '../engine/controller.ts';
import { writeContextOf } from '../engine/write-context.ts';
import { changeTogether } from '../resources/change-together.ts';
import type { WriteContext } from '../resources/resources.ts';
import { Binder } from './binder.ts';
import { bindPods } from './bind-pods.ts';
import { evictPods } from './evict-pods.ts';
import { Evictor } from './evictor.ts';
import { describeExplanation } from './explanation.ts';
import { PendingReasons } from './pending-reasons.ts';
import { SCHEDULER_NAME } from './pod-fate.ts';
import type { SchedulerDeps } from './run-scheduler.ts';
import type { Outcome } from './schedule.ts';
import type { SchedulerCore } from './scheduler-core.ts';

/** Writes decisions. */
export class Writers {
  readonly binder: Binder;
  readonly #reasons: PendingReasons;
  readonly #evictor: Evictor;
  readonly #deps: SchedulerDeps;

  /** @param wake called when the core has something new to decide on. */
  constructor(deps: SchedulerDeps, core: SchedulerCore, wake: () => void, signal: AbortSignal) {
    this.#deps = deps;
    const { cache, clock, logger, metrics, resourcesDeps } = deps;
    const recordEvent = (note: EventNote): void => {
      deps.events.record(note, SCHEDULER_NAME);
    };
    this.binder = new Binder(
      {
        ...{ cache, clock, logger, metrics, recordEvent },
        bind: (bindings, stop) => bindPods(resourcesDeps, bindings, this.#context(stop)),
        onBound: (uid) => {
          core.bound(uid);
        },
        onNotBound: (uid) => {
          core.notBound(uid, clock.nowMs());
          wake();
        },
      },
      signal,
    );
    this.#reasons = new PendingReasons(
      {
        ...{ cache, clock, logger, recordEvent },
        change: (changes, stop) => changeTogether(resourcesDeps, podKind, changes, this.#context(stop)),
      },
      signal,
    );
    this.#evictor = new Evictor(
      {
        ...{ logger, recordEvent },
        evict: (victims, stop) => evictPods(resourcesDeps, victims, this.#context(stop)),
        onNotLeaving: (victim, preemptor) => {
          core.notLeaving(victim, preemptor);
          wake();
        },
      },
      signal,
    );
  }

  /** Starts writing what was decided. */
  write({ placements, unschedulable, preemptions }: Outcome): void {
    this.binder.start(placements);
    for (const { pod, why, nominated } of unschedulable) {
      this.#reasons.tell(pod, describeExplanation(why), nominated);
    }
    this.#evictor.start(preemptions);
  }

  async allDone(): Promise<void> {
    await Promise.all([this.binder.allDone(), this.#reasons.allDone(), this.#evictor.allDone()]);
  }

  #context(signal: AbortSignal): WriteContext {
    const { fence } = this.#deps;
    return writeContextOf({ component: SCHEDULER_NAME, fence, requestId: '', signal });
  }
}
