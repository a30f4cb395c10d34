// What a pod's worker remembers between passes, and how the outcome of a step changes it. All of it may be lost:
// see PodMemory.
import { codeOf, messageOf } from '@gantry/kit/operational-error';
import type { ContainerState } from '../runtime/runtime.ts';
import type { Failure, InFlight, PodMemory, ReadyImage } from './observed.ts';
import { subjectOf, type Step } from './step.ts';

/** What a step has to tell when it is done. */
export interface StepResult {
  imageId?: string;
  /** The container that runs now. */
  started?: ContainerState;
  message?: string;
}

export interface WritableMemory extends PodMemory {
  begin(step: Step, nowMs: number): void;
  succeed(step: Step, result: StepResult): void;
  fail(step: Step, error: unknown, nowMs: number): void;
  /** Failures that had to do with the container's definition are no reason to wait any more. */
  forgive(container: string): void;
  /** Drops what is remembered of containers that are gone. */
  prune(containers: readonly ContainerState[]): void;
}

export function createPodMemory(): WritableMemory {
  return new Memory();
}

class Memory implements WritableMemory {
  readonly inFlight = new Map<string, InFlight>();
  readonly failures = new Map<string, Failure>();
  readonly images = new Map<string, ReadyImage>();
  readonly postStart = new Map<string, 'due' | 'done' | 'failed'>();
  readonly messages = new Map<string, string>();
  volumesFingerprint: string | undefined;
  isCleanedUp = false;
  isConfirmed = false;

  begin(step: Step, nowMs: number): void {
    this.inFlight.set(subjectOf(step), { step, sinceMs: nowMs });
  }

  succeed(step: Step, result: StepResult): void {
    this.inFlight.delete(subjectOf(step));
    this.failures.delete(subjectOf(step));
    switch (step.type) {
      case 'prepare-volumes':
        this.volumesFingerprint = step.plan.fingerprint;
        return;
      case 'ensure-image':
        this.images.set(step.container, { image: step.image, id: result.imageId ?? '' });
        return;
      case 'start-container':
        // The next start asks again: the image may be gone or, with policy Always, another one by then.
        this.images.delete(step.spec.name);
        if (step.hasPostStart && result.started !== undefined) this.postStart.set(result.started.id, 'due');
        return;
      case 'run-post-start':
        this.postStart.set(step.target.containerId, 'done');
        return;
      case 'read-message':
        this.messages.set(step.containerId, result.message ?? '');
        return;
      case 'clean-up':
        this.isCleanedUp = true;
        return;
      case 'confirm-deleted':
        this.isConfirmed = true;
        return;
      default:
        return;
    }
  }

  fail(step: Step, error: unknown, nowMs: number): void {
    const subject = subjectOf(step);
    this.inFlight.delete(subject);
    if (step.type === 'run-post-start') {
      this.postStart.set(step.target.containerId, 'failed');
      return;
    }
    const code = codeOf(error) ?? 'failed';
    // The image went between the look at it and the start.
    if (step.type === 'start-container' && code === 'image-not-found') this.images.delete(step.spec.name);
    this.failures.set(subject, {
      code,
      message: messageOf(error),
      count: (this.failures.get(subject)?.count ?? 0) + 1,
      atMs: nowMs,
      ...(step.type === 'start-container' ? { attempt: step.spec.attempt } : {}),
    });
  }

  forgive(container: string): void {
    this.failures.delete(`image:${container}`);
    this.failures.delete(`container:${container}`);
  }

  prune(containers: readonly ContainerState[]): void {
    const present = new Set(containers.map((container) => container.id));
    for (const map of [this.postStart, this.messages]) {
      for (const id of map.keys()) if (!present.has(id)) map.delete(id);
    }
    for (const subject of this.failures.keys()) {
      const id = /^(?:stop|kill|message):(.*)$/.exec(subject)?.[1];
      if (id !== undefined && !present.has(id)) this.failures.delete(subject);
    }
  }
}
