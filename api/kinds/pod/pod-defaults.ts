// What a pod's spec gets that its author left out, beyond the schema's own defaults.
import type { Container } from './container.ts';
import type { PodSpec } from './pod-spec.ts';

/** Fills in what a pod and a template have in common. */
export function applyPodSpecDefaults(spec: PodSpec): void {
  for (const container of containersOf(spec)) container.imagePullPolicy ??= pullPolicyOf(container.image);
  mirrorServiceAccount(spec);
}

/** Fills in what only a pod itself gets, so that a template stays as it was written. */
export function applyPodDefaults(spec: PodSpec): void {
  applyPodSpecDefaults(spec);
  for (const container of containersOf(spec)) {
    requestLimits(container);
    if (spec.hostNetwork === true) openOnHost(container);
  }
}

const containersOf = (spec: PodSpec): readonly Container[] => [
  ...(spec.initContainers ?? []),
  ...spec.containers,
];

/** The old name follows the new one, or gives it its value. */
function mirrorServiceAccount(spec: PodSpec): void {
  const name = spec.serviceAccountName ?? spec.serviceAccount;
  if (name === undefined) return;
  spec.serviceAccountName = name;
  if (spec.serviceAccount !== undefined) spec.serviceAccount = name;
}

/** A moving tag is pulled each time; a fixed tag, a digest or an image ID is pulled when it is missing. */
export function pullPolicyOf(image: string): 'Always' | 'IfNotPresent' {
  if (image.startsWith('sha256:') || image.includes('@')) return 'IfNotPresent';
  const lastPart = image.slice(image.lastIndexOf('/') + 1);
  const tag = lastPart.includes(':') ? lastPart.slice(lastPart.indexOf(':') + 1) : 'latest';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function requestLimits(container: Container): void {
  const limits = container.resources?.limits;
  if (limits === undefined || container.resources === undefined) return;
  container.resources.requests = { ...limits, ...container.resources.requests };
}

/** On the node's own network a port of the container is a port of the node. */
function openOnHost(container: Container): void {
  for (const port of container.ports ?? []) {
    if ((port.hostPort ?? 0) === 0) port.hostPort = port.containerPort;
  }
}
