// The half of the agent that runs pods: joins watch, checkpoint, workers, runtime view, status writes and Events.
import type { Client } from '@gantry/api/client';
import { createInformer } from '@gantry/api/informer';
import { podKind } from '@gantry/api/kinds/pod';
import { sleep, type Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { Ids, Random } from '@gantry/kit/random';
import type { Machine } from '../machine/machine.ts';
import { restartableRun } from '../restartable-run.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { NodeTimeline } from '../timeline/node-timeline.ts';
import { createSourceWatcher } from '../volumes/source-watcher.ts';
import { createEventRecorder } from './event-recorder.ts';
import type { NodeFacts } from './observed.ts';
import { createPods, type Pods } from './pods.ts';
import { createRuntimeView, type RuntimeView } from './runtime-view.ts';
import { createStatusWriter } from './status-writer.ts';
import { workerStarter } from './worker-starter.ts';

export interface PodSideDeps {
  client: Client;
  runtime: Runtime;
  machine: Machine;
  clock: Clock;
  random: Random;
  ids: Ids;
  logger: Logger;
  node: NodeFacts;
  timeline: Pick<NodeTimeline, 'note'>;
}

export interface PodSide {
  pods: Pods;
  view: RuntimeView;
  /** Runs until the signal is aborted; then stops looking after the pods, whose containers run on. */
  run(signal: AbortSignal): Promise<void>;
  /** The control plane is back: asks again at once. */
  retryNow(): void;
  /** Whether a pod of this uid is here or may still come to light. */
  isPodKnown(uid: string): boolean;
}

/** The runtime may come up later than the agent. */
const RUNTIME_RETRY_MS = 2_000;

export function createPodSide(deps: PodSideDeps): PodSide {
  const { client, machine, clock, random, logger, node } = deps;
  const checkpoints = { pods: machine.checkpoint('pods'), sources: machine.checkpoint('sources') };
  const events = createEventRecorder({ ...deps, nodeName: node.name });
  const onChange = (users: readonly string[]): void => pods.wake(users);
  const sources = createSourceWatcher({ ...deps, checkpoint: checkpoints.sources, onChange });
  const view = createRuntimeView({ ...deps, onChange: (uid) => pods.onRuntimeChange(uid) });
  const statuses = createStatusWriter({
    ...deps,
    onNewer: (pod) => pods.get(pod.metadata.uid ?? '')?.setPod(pod),
  });
  const startWorker = workerStarter({ ...deps, view, sources, statuses, events });
  const pods = createPods({ ...deps, view, sources, checkpoint: checkpoints.pods, startWorker });
  const informer = createInformer({
    ...{ client, clock, random, definition: podKind, fieldSelector: `spec.nodeName=${node.name}` },
    onEvent: (event) => pods.onEvent(event),
    onSynced: () => pods.onSynced(),
    onFault: (error, retryInMs) => {
      logger.warn('the pods cannot be followed', { error: messageOf(error), retryInMs });
    },
  });
  let retryPods: () => void = () => undefined;
  return {
    pods,
    view,
    retryNow() {
      retryPods();
      sources.retryNow();
    },
    isPodKnown: (uid) => !informer.synced || pods.get(uid) !== undefined || view.podUids().includes(uid),
    async run(signal) {
      const telling = events.run(signal);
      await startView(deps, view, signal);
      await sources.restore();
      await pods.restore();
      const following = restartableRun((run) => informer.run(run), signal);
      retryPods = () => following.again();
      await following.start();
      pods.stop();
      sources.stop();
      statuses.stop();
      await telling;
      await Promise.all([checkpoints.pods.flush(), checkpoints.sources.flush()]);
    },
  };
}

/** What runs has to be known before anything is decided. */
async function startView(deps: PodSideDeps, view: RuntimeView, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await view.start(signal);
      return;
    } catch (error) {
      deps.logger.warn('the container engine does not answer yet', { error: messageOf(error) });
      await sleep(deps.clock, RUNTIME_RETRY_MS, signal).catch(() => undefined);
    }
  }
}
