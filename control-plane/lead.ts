// The leader's work: controllers, scheduler, measurements, Events and compaction, for as long as the term lasts. Every write
// carries the term's fence.
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import type { Ids, Random } from '@gantry/kit/random';
import type { Registry } from 'prom-client';
import type { Measure } from './analysis/measure.ts';
import { runMeasuring } from './analysis/run-measuring.ts';
import { runRepair } from './addresses/repair-claims.ts';
import type { Cache } from './cache/cache.ts';
import type { Controller } from './engine/controller.ts';
import type { PlanNotes } from './engine/pass.ts';
import { createEngineMetrics, type EngineMetrics } from './engine/engine-metrics.ts';
import { createEventRecorder } from './engine/events.ts';
import type { Explanations } from './engine/explanations.ts';
import { runControllers } from './engine/run-controller.ts';
import type { Term } from './leader/run-leader.ts';
import type { ResourcesDeps } from './resources/deps.ts';
import type { Resources } from './resources/resources.ts';
import { runScheduler } from './scheduler/run-scheduler.ts';
import { createSchedulerMetrics, type SchedulerMetrics } from './scheduler/scheduler-metrics.ts';
import { runCompaction } from './store/compaction.ts';
import type { Store } from './store/store.ts';

/** What leading needs. */
export interface LeadDeps {
  store: Store;
  cache: Cache;
  resources: Resources;
  resourcesDeps: ResourcesDeps;
  controllers: readonly Controller[];
  clock: Clock;
  random: Random;
  ids: Ids;
  logger: Logger;
  metrics: LeadMetrics;
  /** Where the controllers' reasons are kept for the API. */
  explanations: Explanations;
  /** Where their plans are remembered; nowhere when absent. */
  timeline?: PlanNotes;
  /** How AnalysisRuns measure; without it none does. */
  measure?: Measure;
}

/** Figures of the leader's parts; made once, since a replica may lead several times. */
export interface LeadMetrics {
  engine: EngineMetrics;
  scheduler: SchedulerMetrics;
}

/** Registers the figures. */
export function createLeadMetrics(registry: Registry): LeadMetrics {
  return { engine: createEngineMetrics(registry), scheduler: createSchedulerMetrics(registry) };
}

/** Leads until the term is over; resolves when the last write has ended. */
export async function lead(deps: LeadDeps, term: Term): Promise<void> {
  const fence = () => [term.fence()];
  const { metrics, ...parts } = deps;
  const events = createEventRecorder({ ...parts, fence, metrics: metrics.engine });
  deps.explanations.begin(term.signal);
  try {
    await Promise.all([
      events.run(term.signal),
      runControllers(deps.controllers, { ...parts, events, fence, metrics: metrics.engine }, term.signal),
      runScheduler({ ...parts, events, fence, metrics: metrics.scheduler }, term.signal),
      runRepair({ ...parts, events, fence }, term.signal),
      runCompaction(deps, term.signal),
      ...(deps.measure === undefined
        ? []
        : [
            runMeasuring(
              { ...parts, measure: deps.measure, events, fence, metrics: metrics.engine },
              term.signal,
            ),
          ]),
    ]);
  } finally {
    deps.explanations.end();
  }
}
