// Deterministic container names: making the same thing twice is a name conflict that the engine itself detects.
import type { PodIdentity } from '../runtime.ts';

const PREFIX = 'gantry';
/** Stands where a container's name does; upper case, so it is no container's name. */
const SANDBOX = 'POD';
const POOL = 'POOL';
const UID_SHORT_LENGTH = 13;

/** `gantry_<container>_<pod>_<namespace>_<start of uid>_<attempt>`. */
export function containerName(pod: PodIdentity, container: string, attempt: number): string {
  return [PREFIX, container, pod.name, pod.namespace, pod.uid.slice(0, UID_SHORT_LENGTH), attempt].join('_');
}

/** `gantry_POD_<pod>_<namespace>_<uid>`. */
export function sandboxName(pod: PodIdentity): string {
  return [PREFIX, SANDBOX, pod.name, pod.namespace, pod.uid].join('_');
}

/** A regular expression that the names of all of a pod's containers match, and hardly any others. */
export function podNamePattern(podUid: string): string {
  return `_${podUid.slice(0, UID_SHORT_LENGTH).replace(/[^a-zA-Z0-9-]/g, '.')}`;
}

/** The name of a sandbox that waits in `nodeName`'s pool. */
export function poolName(nodeName: string, suffix: string): string {
  return [PREFIX, POOL, nodeName, suffix].join('_');
}
