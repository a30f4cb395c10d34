// All pods of this node: one worker for each, whether it comes from the API, from the checkpoint or, as an orphan,
// from the runtime alone. A pod is its uid: another one of the same name is another pod.
import type { InformerEvent } from '@gantry/api/informer';
import type { Pod, PodStatus } from '@gantry/api/kinds/pod';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import type { DurableFolder } from '../machine/machine.ts';
import { withoutHistory } from '../services/without-history.ts';
import type { PodIdentity } from '../runtime/runtime.ts';
import type { SourceWatcher } from '../volumes/source-watcher.ts';
import { sourceRefsOf } from '../volumes/sources.ts';
import { isFinished } from './phase-table.ts';
import type { PodWorker } from './pod-worker.ts';
import type { RuntimeView } from './runtime-view.ts';
import { podGraceSeconds } from './stop-step.ts';

export interface PodsDeps {
  clock: Clock;
  logger: Logger;
  view: RuntimeView;
  sources: SourceWatcher;
  checkpoint: Pick<DurableFolder, 'put' | 'remove' | 'load'>;
  /** Starts the worker of a pod. @param status newer than the one in the pod, from the checkpoint. */
  startWorker(pod: Pod, status: PodStatus | undefined, hooks: WorkerHooks): PodWorker;
}

/** What a worker tells back. */
export interface WorkerHooks {
  onStatus(pod: Pod, status: PodStatus): void;
  onForgotten(): void;
}

export interface Pods {
  /** Starts workers for the pods of the checkpoint: what runs is looked after before the API answers. */
  restore(): Promise<void>;
  /** A change of the pods that the API has for this node. */
  onEvent(event: InformerEvent<Pod>): void;
  /** The API has told all its pods: what else is here is nobody's. */
  onSynced(): void;
  /** Something of this pod changed in the runtime. */
  onRuntimeChange(podUid: string): void;
  /** Something that these pods depend on has changed. */
  wake(podUids: readonly string[]): void;
  get(podUid: string): PodWorker | undefined;
  find(namespace: string, name: string): PodWorker | undefined;
  list(): PodWorker[];
  stop(): void;
}

export function createPods(deps: PodsDeps): Pods {
  return new PodSet(deps);
}

/** What the checkpoint keeps: the pod as the API last had it, and where it really stands. */
interface Stored {
  pod: Pod;
  status: PodStatus;
}

/** Forgotten pods whose last events are still on their way. */
const DONE_MAX = 1000;
/** A container of a pod that nobody knows any more has had its time. */
const ORPHAN_GRACE_SECONDS = 5;

class PodSet implements Pods {
  readonly #deps: PodsDeps;
  readonly #workers = new Map<string, PodWorker>();
  /** Pods from the checkpoint that the API has not confirmed yet. */
  readonly #unconfirmed = new Set<string>();
  /** Pods that are done with here, while the API may still tell of them. */
  readonly #done = new Set<string>();
  #isSynced = false;

  constructor(deps: PodsDeps) {
    this.#deps = deps;
  }

  async restore(): Promise<void> {
    for (const value of (await this.#deps.checkpoint.load()).values()) {
      const { pod, status } = value as Stored;
      this.#unconfirmed.add(uidOf(pod));
      this.#start(pod, status);
    }
  }

  onEvent(event: InformerEvent<Pod>): void {
    const pod = withoutHistory(event.object);
    const uid = uidOf(pod);
    this.#unconfirmed.delete(uid);
    const worker = this.#workers.get(uid);
    if (event.type === 'delete') {
      this.#done.delete(uid);
      if (worker !== undefined) worker.vanish(graceOf(worker.pod, pod));
      return;
    }
    if (this.#done.has(uid)) return;
    if (worker === undefined) this.#start(pod, undefined);
    else {
      this.#deps.sources.use(uid, sourceRefsOf(pod));
      worker.setPod(pod);
    }
  }

  onSynced(): void {
    this.#isSynced = true;
    for (const uid of this.#unconfirmed) {
      const worker = this.#workers.get(uid);
      worker?.vanish(podGraceSeconds(worker.pod));
    }
    this.#unconfirmed.clear();
    for (const uid of this.#deps.view.podUids()) this.#adoptOrphan(uid);
  }

  onRuntimeChange(podUid: string): void {
    const worker = this.#workers.get(podUid);
    if (worker !== undefined) worker.wake();
    else if (this.#isSynced) this.#adoptOrphan(podUid);
  }

  wake(podUids: readonly string[]): void {
    for (const uid of podUids) this.#workers.get(uid)?.wake();
  }

  get(podUid: string): PodWorker | undefined {
    return this.#workers.get(podUid);
  }

  find(namespace: string, name: string): PodWorker | undefined {
    const found = this.list().filter(
      ({ pod }) => pod.metadata.namespace === namespace && pod.metadata.name === name,
    );
    // A new pod may have taken the name of one that is still on its way out.
    return found.find((worker) => !worker.isEnding) ?? found.at(-1);
  }

  list(): PodWorker[] {
    return [...this.#workers.values()];
  }

  stop(): void {
    for (const worker of this.#workers.values()) worker.stop();
  }

  #start(pod: Pod, status: PodStatus | undefined): PodWorker {
    const uid = uidOf(pod);
    this.#deps.sources.use(uid, sourceRefsOf(pod));
    const worker = this.#deps.startWorker(pod, status, {
      onStatus: (current, now) => {
        this.#deps.checkpoint.put(uid, { pod: current, status: now } satisfies Stored);
      },
      onForgotten: () => this.#forget(uid),
    });
    this.#workers.set(uid, worker);
    return worker;
  }

  #forget(uid: string): void {
    this.#workers.delete(uid);
    this.#done.add(uid);
    if (this.#done.size > DONE_MAX) this.#done.delete([...this.#done][0] ?? '');
    this.#deps.sources.use(uid, []);
    this.#deps.checkpoint.remove(uid);
    // Something may have come to light since the last look.
    if (this.#deps.view.podUids().includes(uid)) this.#adoptOrphan(uid);
  }

  #adoptOrphan(uid: string): void {
    if (this.#workers.has(uid)) return;
    const { sandboxes, containers } = this.#deps.view.of(uid);
    const identity = (containers[0] ?? sandboxes[0])?.pod;
    if (identity === undefined) return;
    this.#deps.logger.info('removing what is left of a pod that nobody knows', { ...identity });
    this.#start(orphan(identity), undefined).vanish(ORPHAN_GRACE_SECONDS);
  }
}

function orphan(identity: PodIdentity): Pod {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...identity }, spec: { containers: [] } };
}

function uidOf(pod: Pod): string {
  return pod.metadata.uid ?? '';
}

/** A forced deletion says how fast; any other pod keeps its own grace, unless it is over anyway. */
function graceOf(known: Pod, last: Pod): number {
  if (isFinished(last.status?.phase)) return 0;
  return (
    last.metadata.deletionGracePeriodSeconds ??
    known.metadata.deletionGracePeriodSeconds ??
    podGraceSeconds(known)
  );
}
