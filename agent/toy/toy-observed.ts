// Builders of observations for tests of the pure core: a pod, what runs of it, and what is remembered.
import type { Container, Pod, PodSpec, PodStatus } from '@gantry/api/kinds/pod';
import type { Observed, PodMemory } from '../pods/observed.ts';
import { specHash } from '../pods/spec-hash.ts';
import type { ContainerState, SandboxState } from '../runtime/runtime.ts';

/** Some moment; whole seconds, so that it survives being written as a time. */
export const NOW_MS = 1_700_000_000_000;
export const SANDBOX_ID = 'sandbox-1';
const IDENTITY = { namespace: 'default', name: 'web', uid: 'uid-1' };

export function toyContainer(more: Partial<Container> = {}): Container {
  return { name: 'app', image: 'registry.example/app:1', ...more };
}

export function toyPod(spec: Partial<PodSpec> = {}, status?: PodStatus): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...IDENTITY, resourceVersion: '1' },
    spec: { nodeName: 'n1', containers: [toyContainer()], ...spec },
    ...(status === undefined ? {} : { status }),
  };
}

export function toySandbox(more: Partial<SandboxState> = {}): SandboxState {
  return {
    id: SANDBOX_ID,
    pod: IDENTITY,
    running: true,
    ip: '10.0.0.5',
    createdAtMs: NOW_MS - 60_000,
    ...more,
  };
}

/** A running container; make it another one by `more`. */
export function toyRun(more: Partial<ContainerState> = {}): ContainerState {
  const { name = 'app', attempt = 0 } = more;
  return {
    id: `${name}-${String(attempt)}`,
    pod: IDENTITY,
    name,
    kind: 'app',
    attempt,
    specHash: specHash(toyContainer()),
    sandboxId: SANDBOX_ID,
    imageId: 'sha256:1',
    imageName: 'registry.example/app:1',
    status: 'running',
    createdAtMs: NOW_MS - 50_000,
    startedAtMs: NOW_MS - 50_000,
    oomKilled: false,
    labels: {},
    ...more,
  };
}

/** A container that ended `agoMs` ago. */
export function toyExit(exitCode: number, agoMs = 0, more: Partial<ContainerState> = {}): ContainerState {
  return toyRun({ status: 'exited', exitCode, finishedAtMs: NOW_MS - agoMs, ...more });
}

export function toyMemory(more: Partial<PodMemory> = {}): PodMemory {
  return {
    inFlight: new Map(),
    failures: new Map(),
    images: new Map(),
    postStart: new Map(),
    messages: new Map(),
    volumesFingerprint: '',
    isCleanedUp: false,
    isConfirmed: false,
    ...more,
  };
}

/** Everything is ready for the start of these containers. */
export function withImages(...containers: readonly Container[]): Pick<PodMemory, 'images'> {
  return { images: new Map(containers.map(({ name, image }) => [name, { image, id: `id-of-${image}` }])) };
}

export function toyObserved(more: Partial<Observed> = {}): Observed {
  const pod = more.pod ?? toyPod();
  return {
    nowMs: NOW_MS,
    pod,
    status: pod.status ?? {},
    sandboxes: [],
    containers: [],
    probes: new Map(),
    sources: () => ({ state: 'pending' }),
    memory: toyMemory(),
    node: {
      name: 'n1',
      hostIp: '192.0.2.7',
      podsFolder: '/pods',
      isRoot: true,
      allocatable: { cpuMilli: 2000, memoryBytes: 4 * 1024 ** 3 },
    },
    ...more,
  };
}
