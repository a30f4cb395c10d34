// Runs one pod: observes, asks `nextStep`, has the step done, and starts over until there is nothing to do. Passes
// are synchronous and cheap; steps run side by side as far as their subjects differ.
import type { Pod, PodStatus } from '@gantry/api/kinds/pod';
import { childAbort } from '@gantry/kit/child-abort';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { codeOf, messageOf } from '@gantry/kit/operational-error';
import type { PodProbes } from '../probes/probes.ts';
import type { SourceReader } from '../volumes/sources.ts';
import { endingOf, vanishedEnding } from './ending.ts';
import { nextStep, type Decision } from './next-step.ts';
import type { Ending, NodeFacts, Observed } from './observed.ts';
import { isFinished } from './phase-table.ts';
import { createPodMemory, type StepResult } from './pod-memory.ts';
import { probeTargets } from './probe-targets.ts';
import type { Reason } from './reasons.ts';
import type { RuntimeView } from './runtime-view.ts';
import type { Step } from './step.ts';

export interface PodWorker {
  readonly pod: Pod;
  /** The newest status, as last decided. */
  readonly status: PodStatus;
  readonly isEnding: boolean;
  /** The API has the pod no more. */
  readonly isVanished: boolean;
  /** The pod as the API has it now. */
  setPod(pod: Pod): void;
  /** The API has the pod no more. */
  vanish(graceSeconds: number): void;
  /** Something that the pod depends on has changed: look again. */
  wake(): void;
  /** Stops working; containers run on. */
  stop(): void;
}

export interface PodWorkerDeps {
  clock: Clock;
  logger: Logger;
  view: RuntimeView;
  probes: PodProbes;
  sources: SourceReader;
  node(): NodeFacts;
  perform(step: Step, signal: AbortSignal): Promise<StepResult>;
  /** The status has changed, to be written when there is time. */
  onStatus(pod: Pod, status: PodStatus): void;
  /** These reasons have come up. */
  onReasons(pod: Pod, reasons: readonly Reason[]): void;
  /** Nothing of the pod is left. */
  onForgotten(): void;
}

/** More steps at once than a pod has subjects would be a bug in `nextStep`: it is held here. */
const STEPS_PER_PASS_MAX = 200;
/** A pod that cannot even be decided on is looked at again after this, and harms no other. */
const QUARANTINE_MS = 10_000;

/** @param status where the pod really stands, when that is newer than what the pod says. */
export function startPodWorker(deps: PodWorkerDeps, pod: Pod, status?: PodStatus): PodWorker {
  const worker = new Worker(deps, pod, status ?? pod.status ?? {});
  worker.wake();
  return worker;
}

class Worker implements PodWorker {
  pod: Pod;
  status: PodStatus;
  #ending: Ending | undefined;
  readonly #deps: PodWorkerDeps;
  readonly #memory = createPodMemory();
  readonly #end = new AbortController();
  /** Ends what is not worth waiting for once the pod has to go: pulls and hooks. */
  readonly #hurry = new AbortController();
  #reasons = new Set<string>();
  #isWoken = false;
  #cancelTimer: () => void = () => undefined;

  constructor(deps: PodWorkerDeps, pod: Pod, status: PodStatus) {
    this.#deps = deps;
    this.pod = pod;
    this.status = status;
    this.#noteDeletion(pod);
  }

  get isEnding(): boolean {
    return this.#ending !== undefined;
  }

  get isVanished(): boolean {
    return this.#ending?.cause === 'vanished';
  }

  setPod(pod: Pod): void {
    const images = new Map(allContainers(this.pod).map(({ name, image }) => [name, image]));
    for (const { name, image } of allContainers(pod)) {
      if (images.get(name) !== image) this.#memory.forgive(name);
    }
    this.pod = pod;
    this.#keepPhase(pod.status);
    this.#noteDeletion(pod);
    this.wake();
  }

  /**
   * An end that the API has stays the end, and a pod that ran has run. This agent may not know of it: it was reported by
   * the one before, which died before it had written it down here, or whose report was long under way.
   */
  #keepPhase(reported: PodStatus | undefined): void {
    if (reported?.phase === undefined || reported.phase === this.status.phase) return;
    if (isFinished(reported.phase)) this.status = reported;
    else if (reported.phase === 'Running' && !isFinished(this.status.phase))
      this.status = { ...this.status, phase: 'Running' };
  }

  vanish(graceSeconds: number): void {
    this.#ending = vanishedEnding(this.#ending, graceSeconds, this.#deps.clock.nowMs());
    this.#beginEnding();
  }

  wake(): void {
    if (this.#isWoken || this.#end.signal.aborted) return;
    this.#isWoken = true;
    queueMicrotask(() => {
      this.#isWoken = false;
      this.#pass();
    });
  }

  stop(): void {
    this.#cancelTimer();
    this.#deps.probes.stop();
    this.#end.abort(new Error('the worker of the pod has ended'));
  }

  #noteDeletion(pod: Pod): void {
    const before = this.#ending;
    if (pod.metadata.deletionTimestamp === undefined || before?.cause === 'vanished') return;
    this.#ending = endingOf(pod, before, this.#deps.clock.nowMs());
    if (this.#ending.sinceMs !== before?.sinceMs) this.#beginEnding();
  }

  #beginEnding(): void {
    this.#hurry.abort(new Error('the pod has to go'));
    this.wake();
  }

  #pass(): void {
    if (this.#end.signal.aborted) return;
    this.#cancelTimer();
    try {
      this.#work();
    } catch (error) {
      const fields = {
        pod: this.pod.metadata.name,
        namespace: this.pod.metadata.namespace,
        error: messageOf(error),
      };
      this.#deps.logger.error('a pod cannot be decided on', fields);
      this.#cancelTimer = this.#deps.clock.schedule(QUARANTINE_MS, () => this.wake());
    }
  }

  #work(): void {
    for (let steps = 0; steps < STEPS_PER_PASS_MAX; steps += 1) {
      const decision = nextStep(this.#observe());
      this.#publish(decision);
      const { step, recheckAfterMs } = decision;
      if (step.type === 'forget') {
        this.stop();
        this.#deps.onForgotten();
        return;
      }
      if (step.type === 'nothing') {
        if (recheckAfterMs !== undefined) this.#lookAgainAfter(recheckAfterMs);
        return;
      }
      this.#launch(step);
    }
    throw new Error('more steps at once than a pod can have');
  }

  #lookAgainAfter(delayMs: number): void {
    this.#cancelTimer = this.#deps.clock.schedule(delayMs, () => this.wake());
  }

  #observe(): Observed {
    const { clock, view, probes, sources } = this.#deps;
    const node = this.#deps.node();
    const runtime = view.of(this.pod.metadata.uid ?? '');
    this.#memory.prune(runtime.containers);
    probes.watch(this.#ending === undefined ? probeTargets(this.pod, this.status, runtime, node.hostIp) : []);
    return {
      nowMs: clock.nowMs(),
      pod: this.pod,
      status: this.status,
      ...(this.#ending === undefined ? {} : { ending: this.#ending }),
      ...runtime,
      probes: probes.states(),
      sources,
      memory: this.#memory,
      node,
    };
  }

  #publish({ status, reasons }: Decision): void {
    this.status = status;
    this.#deps.onStatus(this.pod, status);
    const now = new Map(reasons.map((reason) => [JSON.stringify(reason), reason]));
    const fresh = [...now].filter(([text]) => !this.#reasons.has(text)).map(([, reason]) => reason);
    this.#reasons = new Set(now.keys());
    if (fresh.length > 0) this.#deps.onReasons(this.pod, fresh);
  }

  #launch(step: Step): void {
    const isHurried = step.type === 'ensure-image' || step.type === 'run-post-start';
    const either = isHurried ? childAbort(this.#end.signal, this.#hurry.signal) : undefined;
    this.#memory.begin(step, this.#deps.clock.nowMs());
    this.#deps.perform(step, either?.signal ?? this.#end.signal).then(
      (result) => {
        either?.release();
        this.#finish(step, result);
      },
      (error: unknown) => {
        either?.release();
        this.#fail(step, error);
      },
    );
  }

  #finish(step: Step, result: StepResult): void {
    if (this.#end.signal.aborted) return;
    this.#memory.succeed(step, result);
    if (result.started !== undefined) this.#deps.view.noteContainer(result.started);
    this.wake();
  }

  #fail(step: Step, error: unknown): void {
    if (this.#end.signal.aborted) return;
    this.#memory.fail(step, error, this.#deps.clock.nowMs());
    const { name, namespace, uid = '' } = this.pod.metadata;
    const fields = { pod: name, namespace, step: step.type, code: codeOf(error), error: messageOf(error) };
    this.#deps.logger.warn('a step of a pod failed', fields);
    // What failed may have left something behind, or may have failed because the world is not as we saw it.
    void this.#deps.view.refresh(uid);
    this.wake();
  }
}

function allContainers(pod: Pod) {
  return [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
}
