// Joins what the worker of one pod needs: probes, steps, status writes, Events.
import type { Client } from '@gantry/api/client';
import { podKind, type Pod, type PodStatus } from '@gantry/api/kinds/pod';
import { isConflict, isNotFound } from '@gantry/api/status-error';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import type { Random } from '@gantry/kit/random';
import type { Machine } from '../machine/machine.ts';
import { createPodProbes } from '../probes/probes.ts';
import type { ProbeKind } from '../probes/probe-verdict.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { SourceWatcher } from '../volumes/source-watcher.ts';
import type { EventRecorder } from './event-recorder.ts';
import { eventsOf, type PodEventText } from './event-text.ts';
import type { NodeFacts } from './observed.ts';
import { statusNotes } from '../timeline/status-notes.ts';
import type { NodeTimeline } from '../timeline/node-timeline.ts';
import { performStep } from './perform-step.ts';
import { involvedPod } from './pod-events.ts';
import { startPodWorker, type PodWorker } from './pod-worker.ts';
import type { WorkerHooks } from './pods.ts';
import { identityOf } from './resolve-container.ts';
import type { RuntimeView } from './runtime-view.ts';
import type { StatusWriter } from './status-writer.ts';

export interface WorkerStarterDeps {
  client: Pick<Client, 'delete'>;
  runtime: Runtime;
  machine: Machine;
  clock: Clock;
  random: Random;
  logger: Logger;
  view: RuntimeView;
  sources: SourceWatcher;
  statuses: StatusWriter;
  events: EventRecorder;
  timeline: Pick<NodeTimeline, 'note'>;
  node: NodeFacts;
}

/** @returns the function that starts a pod's worker. */
export function workerStarter(deps: WorkerStarterDeps) {
  return (pod: Pod, status: PodStatus | undefined, hooks: WorkerHooks): PodWorker => {
    const uid = pod.metadata.uid ?? '';
    let told = status ?? pod.status ?? {};
    const record = (event: PodEventText): void => recordAbout(deps, worker.pod, event);
    const probes = createPodProbes(deps, {
      onChange: () => worker.wake(),
      onFailure: (container, kind, message) => record(unhealthy(container, kind, message)),
    });
    const perform = {
      ...deps,
      ...{ podsFolder: deps.node.podsFolder, podUid: uid, record },
      confirmDeleted: (signal: AbortSignal) => confirmDeleted(deps, pod, signal),
    };
    const worker = startPodWorker(
      {
        ...{ clock: deps.clock, logger: deps.logger, view: deps.view, probes, sources: deps.sources.read },
        node: () => deps.node,
        perform: (step, signal) => performStep(perform, step, signal),
        onStatus: (current, now) => {
          for (const note of statusNotes(current, told, now)) deps.timeline.note(current, note);
          told = now;
          // A pod that the API no longer has has nobody to tell.
          if (!worker.isVanished) deps.statuses.put(current, now);
          hooks.onStatus(current, now);
        },
        onReasons: (current, reasons) => {
          for (const reason of reasons) {
            for (const event of eventsOf(identityOf(current), reason)) recordAbout(deps, current, event);
          }
        },
        onForgotten: () => {
          deps.statuses.forget(uid);
          hooks.onForgotten();
        },
      },
      pod,
      status,
    );
    return worker;
  };
}

/** The last status first: who waits for the end of a Job's pod has to see how it ended. */
async function confirmDeleted(deps: WorkerStarterDeps, pod: Pod, signal: AbortSignal): Promise<void> {
  const { namespace, name, uid } = identityOf(pod);
  await deps.statuses.flush(uid, signal);
  try {
    await deps.client.delete(
      podKind,
      { namespace, name },
      { gracePeriodSeconds: 0, preconditions: { uid }, signal },
    );
  } catch (error) {
    // Gone, or another pod has the name by now: either way this one is no more.
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}

function recordAbout(deps: WorkerStarterDeps, pod: Pod, event: PodEventText): void {
  deps.events.record(involvedPod(pod, event.container), event);
  // Each answer of a probe is an Event with a count; here it is told when the verdict changes.
  if (event.reason === UNHEALTHY) return;
  const { severity, reason, message, container } = event;
  const about = container === undefined ? {} : { container };
  deps.timeline.note(pod, { type: 'container', severity, reason, what: message, ...about });
}

const UNHEALTHY = 'Unhealthy';

const PROBE_WORDS: Readonly<Record<ProbeKind, string>> = {
  startup: 'Startup',
  liveness: 'Liveness',
  readiness: 'Readiness',
};

function unhealthy(container: string, kind: ProbeKind, message: string): PodEventText {
  const text = `${PROBE_WORDS[kind]} probe failed: ${message}`;
  return { severity: 'Warning', reason: UNHEALTHY, message: text, container };
}
