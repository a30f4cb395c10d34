// The steps of a pod that is to run: stop what must not go on, make volumes and sandbox, fetch images, start what
// is due in order, run hooks, tidy up. Pure. The order of the list is the priority.
import type { ContainerState } from '../runtime/runtime.ts';
import { planVolumes } from '../volumes/plan-volumes.ts';
import type { Resolution } from '../volumes/resolve-env.ts';
import type { VolumePlan } from '../volumes/plan-volumes.ts';
import type { Candidate } from './candidate.ts';
import type { ContainerFacts, PodFacts } from './container-facts.ts';
import type { Observed } from './observed.ts';
import { downwardContext } from './resolve-container.ts';
import { sandboxSpec } from './sandbox-spec.ts';
import { startSteps } from './start-steps.ts';
import type { StopCause } from './step.ts';
import { hookTarget, podGraceSeconds, stopStep, stopStranger } from './stop-step.ts';
import { collectSteps, messageSteps } from './upkeep-steps.ts';
import { shouldRun } from './verdict.ts';

export function runningSteps(observed: Observed, facts: PodFacts): Candidate[] {
  return [
    ...stopSteps(observed, facts),
    ...sandboxSteps(observed, facts),
    ...volumeSteps(observed),
    ...startSteps(observed, facts, containersToStart(observed, facts)),
    ...postStartSteps(observed, facts),
    ...messageSteps(observed, facts),
    ...collectSteps(facts),
  ];
}

/** What has to be started now: the next init container alone, or all app containers that do not run. */
export function containersToStart(observed: Observed, facts: PodFacts): readonly ContainerFacts[] {
  const group = facts.nextInit === undefined ? facts.app : [facts.nextInit];
  return group.filter((one) => needsStart(observed, facts, one));
}

/** An init container that ended well in a sandbox that is gone has to run again in the new one. */
function needsStart(observed: Observed, facts: PodFacts, one: ContainerFacts): boolean {
  if (one.isRunning) return false;
  if (one.kind === 'init' && one.ended?.exitCode === 0) return one === facts.nextInit;
  return shouldRun(observed, one);
}

/** The volumes as they have to be. */
export function wantedVolumes(observed: Observed): Resolution<VolumePlan> {
  const { podsFolder } = observed.node;
  return planVolumes(observed.pod, {
    podsFolder,
    sources: observed.sources,
    context: downwardContext(observed, ''),
  });
}

function volumeSteps(observed: Observed): Candidate[] {
  const plan = wantedVolumes(observed);
  if (plan.outcome !== 'ok' || plan.value.fingerprint === observed.memory.volumesFingerprint) return [];
  return [{ step: { type: 'prepare-volumes', plan: plan.value } }];
}

function sandboxSteps(observed: Observed, facts: PodFacts): Candidate[] {
  const isUsed = (sandboxId: string): boolean =>
    observed.containers.some((one) => one.sandboxId === sandboxId && one.status === 'running');
  const stale = facts.staleSandboxes.filter(({ id }) => !isUsed(id));
  if (facts.staleSandboxes.length > 0) {
    return stale.map(({ id }): Candidate => ({ step: { type: 'remove-sandbox', sandboxId: id } }));
  }
  const hasOrphans = observed.containers.some((one) => one.status === 'running');
  if (facts.sandbox !== undefined || hasOrphans || containersToStart(observed, facts).length === 0) return [];
  return [{ step: { type: 'create-sandbox', spec: sandboxSpec(observed.pod) } }];
}

function stopSteps(observed: Observed, facts: PodFacts): Candidate[] {
  const named = [...facts.init, ...facts.app];
  return observed.containers.flatMap((container): Candidate[] => {
    if (container.status !== 'running') return [];
    const own = named.find((one) => one.current?.id === container.id);
    const cause = own === undefined ? 'superfluous' : stopCause(observed, facts, own, container);
    if (cause === undefined) return [];
    const graceSeconds = graceOf(observed, own, cause);
    if (own === undefined) return [{ step: stopStranger(container, cause, graceSeconds) }];
    return [{ step: stopStep(observed, facts, own, container, cause, graceSeconds) }];
  });
}

/** Why a running container may not go on; undefined when it may. */
function stopCause(
  observed: Observed,
  facts: PodFacts,
  own: ContainerFacts,
  container: ContainerState,
): StopCause | undefined {
  if (container.sandboxId !== facts.sandbox?.id) return 'sandbox-gone';
  if (own.isOutdated) return 'definition-changed';
  if (observed.memory.postStart.get(container.id) === 'failed') return 'post-start-failed';
  const failed = observed.probes.get(container.id)?.failed;
  if (failed === undefined) return undefined;
  return failed.probe === 'liveness' ? 'liveness-failed' : 'startup-failed';
}

function graceOf(observed: Observed, own: ContainerFacts | undefined, cause: StopCause): number {
  const { livenessProbe, startupProbe } = own?.spec ?? {};
  const probe = cause === 'liveness-failed' ? livenessProbe : startupProbe;
  const isProbe = cause === 'liveness-failed' || cause === 'startup-failed';
  const graceSeconds = isProbe ? probe?.terminationGracePeriodSeconds : undefined;
  return graceSeconds ?? podGraceSeconds(observed.pod);
}

function postStartSteps(observed: Observed, facts: PodFacts): Candidate[] {
  return [...facts.init, ...facts.app].flatMap((one): Candidate[] => {
    const hook = one.spec.lifecycle?.postStart;
    if (one.current?.status !== 'running' || hook === undefined) return [];
    if (observed.memory.postStart.get(one.current.id) !== 'due') return [];
    const target = hookTarget(observed, facts, one.spec, one.current.id);
    return [{ step: { type: 'run-post-start', container: one.name, hook, target } }];
  });
}
