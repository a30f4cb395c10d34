// How a running container is stopped: hook, grace, words. Pure.
import type { Container, Pod } from '@gantry/api/kinds/pod';
import type { ContainerState } from '../runtime/runtime.ts';
import type { ContainerFacts, PodFacts } from './container-facts.ts';
import type { Observed } from './observed.ts';
import type { HookTarget, StopCause, StopContainer } from './step.ts';

/** Kubernetes' default grace. */
const GRACE_SECONDS = 30;

const MESSAGES: Readonly<Record<StopCause, (container: string) => string>> = {
  'pod-ending': (name) => `Stopping container ${name}`,
  'liveness-failed': (name) => `Container ${name} failed liveness probe, will be restarted`,
  'startup-failed': (name) => `Container ${name} failed startup probe, will be restarted`,
  'post-start-failed': (name) => `Container ${name} failed its postStart hook, will be killed`,
  'definition-changed': (name) => `Container ${name} definition changed, will be restarted`,
  'sandbox-gone': (name) => `Stopping container ${name}: the sandbox of its pod is gone`,
  'deadline-exceeded': (name) => `Stopping container ${name}: its pod is over`,
  superfluous: (name) => `Stopping container ${name}: the pod has no use for it`,
};

/** The grace that the pod asks for. */
export function podGraceSeconds(pod: Pod): number {
  return pod.spec.terminationGracePeriodSeconds ?? GRACE_SECONDS;
}

/** Stops one attempt of a container that the pod has. */
export function stopStep(
  observed: Observed,
  pod: PodFacts,
  facts: ContainerFacts,
  current: ContainerState,
  cause: StopCause,
  graceSeconds: number,
): StopContainer {
  const hook = facts.spec.lifecycle?.preStop;
  const runsHook = hook !== undefined && graceSeconds > 0 && cause !== 'sandbox-gone';
  const target = hookTarget(observed, pod, facts.spec, current.id);
  return {
    ...stopStranger(current, cause, graceSeconds),
    ...(runsHook ? { preStop: { hook, target } } : {}),
  };
}

/** Stops a container of which no more is known than that it runs. */
export function stopStranger(
  container: ContainerState,
  cause: StopCause,
  graceSeconds: number,
): StopContainer {
  return {
    type: 'stop-container',
    containerId: container.id,
    container: container.name,
    cause,
    message: MESSAGES[cause](container.name),
    graceSeconds,
  };
}

/** What a hook may need. */
export function hookTarget(
  observed: Observed,
  pod: PodFacts,
  container: Container,
  containerId: string,
): HookTarget {
  const ports = (container.ports ?? []).flatMap((port): [string, number][] =>
    port.name === undefined ? [] : [[port.name, port.containerPort]],
  );
  const ip = pod.sandbox?.ip ?? '';
  const podIp = ip === '' ? observed.node.hostIp : ip;
  return { containerId, container: container.name, podIp, ports: Object.fromEntries(ports) };
}
