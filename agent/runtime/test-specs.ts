// The plainest pods, sandboxes and containers that tests and benchmarks start: each says only what it is about.
import { systemIds } from '@gantry/kit/random';
import type { ContainerSpec, PodIdentity, SandboxSpec, SandboxState } from './runtime.ts';

/** A pod that nobody else has. */
export function newPod(name = `web-${systemIds.suffix(5)}`): PodIdentity {
  return { namespace: 'default', name, uid: systemIds.uid() };
}

export function sandboxSpec(pod: PodIdentity): SandboxSpec {
  return { pod, hostname: pod.name, hostNetwork: false, ports: [], hostAliases: [] };
}

/** A container that runs `command` and asks for nothing else. */
export function containerSpec(
  sandbox: Pick<SandboxState, 'id' | 'pod'>,
  imageId: string,
  command: readonly string[],
  more: Partial<ContainerSpec> = {},
): ContainerSpec {
  return {
    pod: sandbox.pod,
    sandboxId: sandbox.id,
    name: 'main',
    kind: 'app',
    attempt: 0,
    specHash: 'first',
    imageId,
    imageName: 'test-image',
    command,
    env: [],
    mounts: [],
    tty: false,
    stdin: false,
    stdinOnce: false,
    privileged: false,
    readOnlyRootFilesystem: false,
    capabilities: { add: [], drop: [] },
    hostname: sandbox.pod.name,
    labels: {},
    ...more,
  };
}
