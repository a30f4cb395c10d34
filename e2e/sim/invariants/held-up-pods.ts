// Pods that wait for something that no controller can give them, and say so.
import type { ContainerStatus, Pod } from '@gantry/api/kinds/pod';

/** Words in which an agent says that a container cannot run as its user wrote it. */
const CONTAINER_TROUBLE: ReadonlySet<string> = new Set([
  'CrashLoopBackOff',
  'ImagePullBackOff',
  'ErrImagePull',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

/** Why the pod waits; undefined when nothing holds it up, or nobody says what. */
export function heldUpBy(pod: Pod): string | undefined {
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False' && (scheduled.message ?? '') !== '') return scheduled.message;
  const trouble = containersOf(pod).find(({ state }) => CONTAINER_TROUBLE.has(state?.waiting?.reason ?? ''));
  return trouble === undefined
    ? undefined
    : `container ${trouble.name}: ${trouble.state?.waiting?.reason ?? ''}`;
}

/** All containers of the pod, as its agent reports them. */
export function containersOf({ status }: Pod): readonly ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}
