// Deterministic container names: making the same thing twice is a name conflict that the engine itself detects.
// A pooled sandbox cannot be relabelled, so a sandbox's name alone tells whose it is.
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

/** `gantry_POD_<pod>_<namespace>_<uid>`: read back by {@link podOfSandboxName}. */
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

/** Whose sandbox this is. @returns undefined for anything else, also for one that still waits in the pool. */
export function podOfSandboxName(name: string): PodIdentity | undefined {
  const [prefix, mark, pod, namespace, uid, ...rest] = withoutSlash(name).split('_');
  if (prefix !== PREFIX || mark !== SANDBOX || rest.length > 0) return undefined;
  if (!pod || !namespace || !uid) return undefined;
  return { name: pod, namespace, uid };
}

/** Whether a sandbox of this name waits in a pool. */
export function isPoolName(name: string): boolean {
  return withoutSlash(name).startsWith(`${PREFIX}_${POOL}_`);
}

/** The engine writes names with a slash before them. */
function withoutSlash(name: string): string {
  return name.startsWith('/') ? name.slice(1) : name;
}
