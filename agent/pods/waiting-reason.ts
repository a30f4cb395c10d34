// Why a container that has to run does not: Kubernetes' reasons and words. Pure.
import type { ContainerFacts, PodFacts } from './container-facts.ts';
import type { Failure, Observed } from './observed.ts';
import type { PodIdentity } from '../runtime/runtime.ts';
import { identityOf } from './resolve-container.ts';
import { hasImage, resolveStart, waitOf } from './start-steps.ts';

export interface Waiting {
  reason: string;
  message?: string;
  /** The reason may be another one from here on. */
  untilMs?: number;
}

/** How long the failure itself is shown before the back-off that follows it. */
export const FAILURE_SHOWN_MS = 3_000;

/** Undefined: nothing stands in the way, and the last exit may be shown until the restart. */
export function waitingReason(observed: Observed, facts: PodFacts, one: ContainerFacts): Waiting | undefined {
  if (facts.nextInit !== undefined && facts.nextInit !== one) return { reason: 'PodInitializing' };
  return (
    crashLoop(observed, one) ??
    imageReason(observed, one) ??
    configReason(observed, facts, one) ??
    startFailure(observed, one) ??
    (one.ended === undefined ? defaultReason(facts) : undefined)
  );
}

/** Nothing in particular stands in the way. */
export function defaultReason(facts: PodFacts): Waiting {
  return { reason: facts.init.length > 0 ? 'PodInitializing' : 'ContainerCreating' };
}

function crashLoop(observed: Observed, one: ContainerFacts): Waiting | undefined {
  if (one.ended === undefined) return undefined;
  const cannotRun = cannotRunOf(one);
  if (cannotRun !== undefined && observed.nowMs < cannotRun.atMs + FAILURE_SHOWN_MS) {
    const { atMs, message } = cannotRun;
    return { reason: 'RunContainerError', message, untilMs: atMs + FAILURE_SHOWN_MS };
  }
  const { dueAtMs, delayMs } = waitOf(one);
  if (delayMs === 0 || observed.nowMs >= dueAtMs) return undefined;
  return { reason: 'CrashLoopBackOff', message: backOffText(observed, one.name, delayMs), untilMs: dueAtMs };
}

function cannotRunOf({
  startFailure,
  current,
}: ContainerFacts): { atMs: number; message: string } | undefined {
  if (startFailure !== undefined) return startFailure;
  if (current?.error === undefined) return undefined;
  return { atMs: current.finishedAtMs ?? current.createdAtMs, message: current.error };
}

/** `back-off 10s restarting failed container=app pod=web_default(<uid>)`. */
export function backOffText(observed: Observed, container: string, delayMs: number): string {
  const pod = backOffPodText(identityOf(observed.pod));
  return `back-off ${durationText(delayMs)} restarting failed container=${container} pod=${pod}`;
}

/** `web_default(<uid>)`. */
export function backOffPodText({ name, namespace, uid }: PodIdentity): string {
  return `${name}_${namespace}(${uid})`;
}

/** `10s`, `1m20s`, `5m0s`. */
function durationText(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

function imageReason(observed: Observed, one: ContainerFacts): Waiting | undefined {
  const failure = observed.memory.failures.get(`image:${one.name}`);
  if (failure === undefined || hasImage(observed, one)) return undefined;
  const { message } = failure;
  if (failure.code === 'invalid-image-name') return { reason: 'InvalidImageName', message };
  if (failure.code === 'image-never-pull') return { reason: 'ErrImageNeverPull', message };
  const untilMs = failure.atMs + FAILURE_SHOWN_MS;
  if (observed.nowMs < untilMs) return { reason: 'ErrImagePull', message, untilMs };
  const words = `Back-off pulling image "${one.spec.image}": ErrImagePull: ${message}`;
  return { reason: 'ImagePullBackOff', message: words };
}

function configReason(observed: Observed, facts: PodFacts, one: ContainerFacts): Waiting | undefined {
  if (facts.sandbox === undefined || !hasImage(observed, one)) return undefined;
  const resolved = resolveStart(observed, facts, one);
  if (resolved.outcome !== 'missing') return undefined;
  return { reason: 'CreateContainerConfigError', message: resolved.message };
}

function startFailure(observed: Observed, one: ContainerFacts): Waiting | undefined {
  const failure: Failure | undefined = observed.memory.failures.get(`container:${one.name}`);
  if (failure === undefined || one.startFailure !== undefined) return undefined;
  return { reason: 'CreateContainerError', message: failure.message };
}
