// Does one step, and tells the user what was done. Decides nothing: all that is to be done stands in the step.
import type { Clock } from '@gantry/kit/clock';
import { messageOf, OperationalError } from '@gantry/kit/operational-error';
import type { Machine } from '../machine/machine.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { PodEventText } from './event-text.ts';
import type { StepResult } from './pod-memory.ts';
import { pullImage } from './pull-image.ts';
import { readMessage } from './read-message.ts';
import { runHook } from './run-hook.ts';
import type { RuntimeView } from './runtime-view.ts';
import type { Step, StopContainer } from './step.ts';

export interface PerformDeps {
  runtime: Runtime;
  machine: Machine;
  view: RuntimeView;
  clock: Clock;
  podsFolder: string;
  podUid: string;
  record(event: PodEventText): void;
  /** Reports the last status and lets the API forget the pod. */
  confirmDeleted(signal: AbortSignal): Promise<void>;
}

type StepOf<T extends Step['type']> = Step & { type: T };

/** @throws OperationalError what the step failed for. */
export async function performStep(deps: PerformDeps, step: Step, signal: AbortSignal): Promise<StepResult> {
  switch (step.type) {
    case 'prepare-volumes':
      await deps.machine.applyFileActions(step.plan.actions);
      return {};
    case 'create-sandbox':
      deps.view.noteSandbox(await deps.runtime.createSandbox(step.spec));
      return {};
    case 'remove-sandbox':
      await deps.runtime.removeSandbox(step.sandboxId);
      deps.view.forgetSandbox(deps.podUid, step.sandboxId);
      return {};
    case 'ensure-image':
      return { imageId: await pullImage(deps, step, signal) };
    case 'start-container':
      return startContainer(deps, step);
    case 'run-post-start':
      return runPostStart(deps, step, signal);
    case 'stop-container':
      return stopContainer(deps, step, signal);
    case 'kill-container':
      await deps.runtime.stopContainer(step.containerId, 0);
      await deps.view.refresh(deps.podUid);
      return {};
    case 'read-message':
      return { message: await readMessage(deps, step, signal) };
    case 'remove-containers':
      await removeContainers(deps, step.containerIds);
      return {};
    case 'clean-up':
      return cleanUp(deps, step);
    case 'confirm-deleted':
      await deps.confirmDeleted(signal);
      return {};
    case 'forget':
    case 'nothing':
      return {};
  }
}

async function startContainer(deps: PerformDeps, step: StepOf<'start-container'>): Promise<StepResult> {
  await deps.machine.applyFileActions(step.files);
  const { name: container } = step.spec;
  const started = await deps.runtime.startContainer(step.spec);
  deps.record({
    severity: 'Normal',
    reason: 'Created',
    message: `Created container: ${container}`,
    container,
  });
  deps.record({
    severity: 'Normal',
    reason: 'Started',
    message: `Started container ${container}`,
    container,
  });
  return { started };
}

async function runPostStart(
  deps: PerformDeps,
  step: StepOf<'run-post-start'>,
  signal: AbortSignal,
): Promise<StepResult> {
  const answer = await runHook(deps, step.hook, step.target, signal);
  if (answer.result === 'success') return {};
  const { container } = step;
  const message = `PostStartHook failed: ${answer.message}`;
  deps.record({ severity: 'Warning', reason: 'FailedPostStartHook', message, container });
  throw new OperationalError('hook-failed', message);
}

/** The hook's time counts as grace; whatever it answers, the container is stopped. */
async function stopContainer(
  deps: PerformDeps,
  step: StopContainer,
  signal: AbortSignal,
): Promise<StepResult> {
  const { clock, runtime } = deps;
  const { container, containerId, graceSeconds } = step;
  deps.record({ severity: 'Normal', reason: 'Killing', message: step.message, container });
  const beganAtMs = clock.nowMs();
  if (step.preStop !== undefined) await runPreStop(deps, step.preStop, container, graceSeconds, signal);
  const usedSeconds = (clock.nowMs() - beganAtMs) / 1000;
  const left =
    step.preStop === undefined
      ? graceSeconds
      : Math.max(GRACE_AFTER_HOOK_SECONDS, graceSeconds - usedSeconds);
  await runtime.stopContainer(containerId, left);
  await deps.view.refresh(deps.podUid);
  return {};
}

/** Kubernetes leaves a container this much after a hook that took all of the grace. */
const GRACE_AFTER_HOOK_SECONDS = 2;

async function runPreStop(
  deps: PerformDeps,
  { hook, target }: NonNullable<StopContainer['preStop']>,
  container: string,
  graceSeconds: number,
  signal: AbortSignal,
): Promise<void> {
  const end = new AbortController();
  const onAbort = (): void => end.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const cancel = deps.clock.schedule(graceSeconds * 1000, () => end.abort(new Error('the grace is over')));
  try {
    const answer = await runHook(deps, hook, target, end.signal);
    if (answer.result === 'success') return;
    const message = `PreStopHook failed: ${answer.message}`;
    deps.record({ severity: 'Warning', reason: 'FailedPreStopHook', message, container });
  } finally {
    cancel();
    signal.removeEventListener('abort', onAbort);
  }
}

async function removeContainers(deps: PerformDeps, ids: readonly string[]): Promise<void> {
  await Promise.all(
    ids.map(async (id) => {
      await deps.runtime.removeContainer(id);
      deps.view.forgetContainer(deps.podUid, id);
    }),
  );
}

/** The sandbox goes last: the containers live in its network. */
async function cleanUp(deps: PerformDeps, step: StepOf<'clean-up'>): Promise<StepResult> {
  await removeContainers(deps, step.containerIds);
  for (const id of step.sandboxIds) {
    await deps.runtime.removeSandbox(id);
    deps.view.forgetSandbox(deps.podUid, id);
  }
  await deps.machine.removePodFolder(deps.podUid).catch((error: unknown) => {
    throw new OperationalError('clean-up-failed', messageOf(error), { cause: error });
  });
  return {};
}
