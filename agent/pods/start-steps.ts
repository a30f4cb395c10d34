// Getting containers started: the image first, then, one at a time and in order as Kubernetes does, the start
// itself once sandbox, volumes, references and back-off allow it. Pure.
import { arePullSecretsPending, registryAuths } from '../volumes/registry-auth.ts';
import type { Candidate } from './candidate.ts';
import type { ContainerFacts, PodFacts } from './container-facts.ts';
import type { Observed } from './observed.ts';
import { resolveContainer, type ResolvedContainer } from './resolve-container.ts';
import { restartWait, startRetryWait, type RestartWait } from './restart-back-off.ts';
import type { ImagePolicy } from './step.ts';
import type { Resolution } from '../volumes/resolve-env.ts';

/** Candidates for the given containers, which do not run and have to. */
export function startSteps(
  observed: Observed,
  facts: PodFacts,
  wanted: readonly ContainerFacts[],
): Candidate[] {
  const images = wanted.flatMap((one) => imageSteps(observed, one));
  if (isStartUnderWay(observed)) return images;
  return [...images, ...wanted.flatMap((one) => startStep(observed, facts, one))];
}

/** When a container may start (again), and what its label will say. An outdated one has nothing to wait for. */
export function waitOf(one: ContainerFacts): RestartWait {
  if (one.startFailure !== undefined) return startRetryWait(one.startFailure);
  if (one.current === undefined || one.isOutdated) return { dueAtMs: 0, delayMs: 0, quickExits: 0 };
  return restartWait(one.current);
}

/** The start of one container with all references resolved, or what is missing. */
export function resolveStart(
  observed: Observed,
  facts: PodFacts,
  one: ContainerFacts,
): Resolution<ResolvedContainer> {
  return resolveContainer(observed, one.spec, {
    kind: one.kind,
    sandboxId: facts.sandbox?.id ?? '',
    podIp: facts.sandbox?.ip ?? '',
    attempt: one.nextAttempt,
    quickExits: waitOf(one).quickExits,
    imageId: observed.memory.images.get(one.name)?.id ?? '',
  });
}

/** Whether the image for the next start is there. */
export function hasImage(observed: Observed, one: ContainerFacts): boolean {
  return observed.memory.images.get(one.name)?.image === one.spec.image;
}

function imageSteps(observed: Observed, one: ContainerFacts): Candidate[] {
  const { pod, sources } = observed;
  if (hasImage(observed, one) || arePullSecretsPending(pod, sources)) return [];
  const { image } = one.spec;
  const policy = one.spec.imagePullPolicy ?? defaultPolicy(image);
  const auths = registryAuths(pod, image, sources);
  const { annotations = {} } = pod.metadata;
  return [
    {
      step: { type: 'ensure-image', container: one.name, image, policy, auths, annotations },
      notBeforeMs: waitOf(one).dueAtMs,
    },
  ];
}

function startStep(observed: Observed, facts: PodFacts, one: ContainerFacts): Candidate[] {
  if (facts.sandbox === undefined || observed.memory.volumesFingerprint === undefined) return [];
  if (!hasImage(observed, one)) return [];
  const resolved = resolveStart(observed, facts, one);
  if (resolved.outcome !== 'ok') return [];
  const { spec, files } = resolved.value;
  const hasPostStart = one.spec.lifecycle?.postStart !== undefined;
  return [{ step: { type: 'start-container', spec, files, hasPostStart }, notBeforeMs: waitOf(one).dueAtMs }];
}

/** One start at a time in a pod, and none before the hook of the last one is done. */
function isStartUnderWay(observed: Observed): boolean {
  const { inFlight, postStart } = observed.memory;
  const hasHookDue = observed.containers.some(
    ({ id, status }) => status === 'running' && postStart.get(id) === 'due',
  );
  if (hasHookDue) return true;
  return [...inFlight.values()].some(({ step }) => step.type === 'start-container');
}

/** `latest`, said or implied, may have changed; anything else is taken to be what it was. */
function defaultPolicy(image: string): ImagePolicy {
  const name = image.split('/').at(-1) ?? '';
  const isLatest = !name.includes('@') && (!name.includes(':') || name.endsWith(':latest'));
  return isLatest && !image.startsWith('sha256:') ? 'Always' : 'IfNotPresent';
}
