// Everything that `nextStep` may look at, as one value. Nothing in it is an open question to the world.
import type { Pod, PodStatus } from '@gantry/api/kinds/pod';
import type { NodeDns } from '../dns/resolv-conf.ts';
import type { ContainerState, SandboxState } from '../runtime/runtime.ts';
import type { SourceReader } from '../volumes/sources.ts';

import type { Step } from './step.ts';

/** What the agent knows about its own machine and puts into pods. */
export interface NodeFacts {
  name: string;
  /** The node's address: `status.hostIP`. */
  hostIp: string;
  /** Folder of the pods' own folders: `<podsFolder>/<uid>`. */
  podsFolder: string;
  /** Whether the agent may mount and change owners. */
  isRoot: boolean;
  /** How names are resolved; absent: as the engine has it. */
  dns?: NodeDns;
  /** Limits that `resourceFieldRef` falls back to. */
  allocatable: { cpuMilli: number; memoryBytes: number };
}

/** Why and how fast the pod has to end. */
export interface Ending {
  /** `vanished`: the API no longer has the pod, so nothing is reported and nothing confirmed. */
  cause: 'deleted' | 'vanished';
  graceSeconds: number;
  /** When this agent learnt of that grace, by its own clock. */
  sinceMs: number;
  /** Until then it is waited for the traffic of Services to end: see `api/traffic-mark.ts`. The grace begins after that. */
  holdUntilMs?: number;
}

/** What the probes have found out about one running container. */
export interface ProbeState {
  /** The startup probe has passed, or there is none. Undefined: not asked yet. */
  started?: boolean;
  /** The readiness probe's verdict. Undefined: not asked yet. */
  ready?: boolean;
  /** A probe whose failure asks for a restart has failed as often as it may. */
  failed?: { probe: 'liveness' | 'startup'; message: string };
}

/** A step that is being performed. */
export interface InFlight {
  step: Step;
  sinceMs: number;
}

/** The last failures in a row of the steps with one subject. */
export interface Failure {
  code: string;
  message: string;
  count: number;
  atMs: number;
  /** Of a start: which attempt it was. */
  attempt?: number;
}

/** An image that is there for the next start of a container. */
export interface ReadyImage {
  image: string;
  id: string;
}

/**
 * What the worker remembers between passes. All of it may be lost at any moment: it only saves work and words,
 * since what counts is read from the runtime, the pod's status and the checkpoint.
 */
export interface PodMemory {
  /** By subject. */
  readonly inFlight: ReadonlyMap<string, InFlight>;
  /** By subject. */
  readonly failures: ReadonlyMap<string, Failure>;
  /** By container name. */
  readonly images: ReadonlyMap<string, ReadyImage>;
  /** By container ID; a container that this agent did not start itself is absent and counts as done. */
  readonly postStart: ReadonlyMap<string, 'due' | 'done' | 'failed'>;
  /** Termination messages by container ID; present once read, even when empty. */
  readonly messages: ReadonlyMap<string, string>;
  /** What the volumes on disk were made from; undefined before the first time. */
  readonly volumesFingerprint: string | undefined;
  /** The clean-up is done: nothing of the pod is left on this node. */
  readonly isCleanedUp: boolean;
  /** The API has let go of the pod. */
  readonly isConfirmed: boolean;
}

export interface Observed {
  nowMs: number;
  pod: Pod;
  /** The newest status known: the worker's own last one, else that of the API. */
  status: PodStatus;
  ending?: Ending;
  /** Newest first. */
  sandboxes: readonly SandboxState[];
  containers: readonly ContainerState[];
  /** By container ID. */
  probes: ReadonlyMap<string, ProbeState>;
  sources: SourceReader;
  memory: PodMemory;
  node: NodeFacts;
}
