// What a node needs from something that runs containers. Two implementations under one contract suite
// (`runtime-contract.ts`): Docker, and a hollow one for simulation and for thousands of nodes.
import type { Duplex, Readable, Writable } from 'node:stream';

/** What the engine under the node offers. */
export interface RuntimeInfo {
  name: string;
  version: string;
  cpuMilli: number;
  memoryBytes: number;
  kernelVersion: string;
  osImage: string;
  architecture: string;
}

/** Identity of a pod on this node; becomes labels of all that is made for it. */
export interface PodIdentity {
  namespace: string;
  name: string;
  uid: string;
}

/** A published port of the sandbox. */
export interface PortMapping {
  containerPort: number;
  hostPort: number;
  hostIp?: string;
  protocol: 'TCP' | 'UDP';
}

/** What a pod's sandbox (pause container: network namespace, address, ports, hostname) needs. */
export interface SandboxSpec {
  pod: PodIdentity;
  hostname: string;
  hostNetwork: boolean;
  ports: readonly PortMapping[];
  hostAliases: readonly { ip: string; hostnames: readonly string[] }[];
  sysctls?: Readonly<Record<string, string>>;
  /** The pod's, for runtimes that take wishes from there, as CRI's do. They do not make it another sandbox. */
  annotations?: Readonly<Record<string, string>>;
}

/** A sandbox as it is. */
export interface SandboxState {
  id: string;
  pod: PodIdentity;
  running: boolean;
  /** Empty for host network. */
  ip: string;
  createdAtMs: number;
}

export interface Mount {
  /** Absolute path on the host. */
  source: string;
  target: string;
  readOnly: boolean;
}

/** What one container needs. Everything is resolved: no references into the API are left. */
export interface ContainerSpec {
  pod: PodIdentity;
  sandboxId: string;
  name: string;
  kind: 'init' | 'app';
  /** How often this container was started before in this pod. */
  attempt: number;
  /** Hash of what makes the container what it is; a label, so that a restarted agent can compare. */
  specHash: string;
  /** Image ID as {@link Runtime.ensureImage} returned it. */
  imageId: string;
  /** The name that the pod gave; only kept, so that {@link ContainerState.imageName} can say it. */
  imageName?: string;
  /** Overrides the image's entrypoint when present. */
  command?: readonly string[];
  args?: readonly string[];
  env: readonly string[];
  workingDir?: string;
  mounts: readonly Mount[];
  cpuMilliLimit?: number;
  cpuMilliRequest?: number;
  memoryBytesLimit?: number;
  tty: boolean;
  stdin: boolean;
  stdinOnce: boolean;
  privileged: boolean;
  readOnlyRootFilesystem: boolean;
  /** No process may gain more rights than its parent has (allowPrivilegeEscalation: false). */
  noNewPrivileges?: boolean;
  runAsUser?: number;
  runAsGroup?: number;
  supplementalGroups?: readonly number[];
  /** 0 to 1000 (killed first) when the machine runs out of memory. Below 0 is taken as 0. */
  oomScoreAdj?: number;
  capabilities: { add: readonly string[]; drop: readonly string[] };
  /** Pod's hostname: set inside even when the sandbox came from the warm pool. */
  hostname: string;
  /** Extra labels, e.g. termination message path, so that a restarted agent knows. */
  labels: Readonly<Record<string, string>>;
}

/** A container as it is. */
export interface ContainerState {
  id: string;
  pod: PodIdentity;
  name: string;
  kind: 'init' | 'app';
  attempt: number;
  specHash: string;
  sandboxId: string;
  imageId: string;
  imageName: string;
  status: 'created' | 'running' | 'exited';
  createdAtMs: number;
  startedAtMs?: number;
  finishedAtMs?: number;
  exitCode?: number;
  signal?: number;
  oomKilled: boolean;
  /** The engine's own words when it could not start the container. */
  error?: string;
  pid?: number;
  labels: Readonly<Record<string, string>>;
}

/** Something changed; look again. */
export interface RuntimeEvent {
  podUid: string;
  containerId: string;
  type: 'start' | 'die' | 'oom' | 'destroy';
}

export interface LogOptions {
  follow: boolean;
  timestamps: boolean;
  tailLines?: number;
  sinceMs?: number;
  limitBytes?: number;
  signal: AbortSignal;
}

export interface ExecOptions {
  command: readonly string[];
  tty: boolean;
  stdin?: Readable;
  stdout?: Writable;
  stderr?: Writable;
  /** Terminal sizes as they change. */
  resize?: AsyncIterable<{ width: number; height: number }>;
  signal: AbortSignal;
}

export interface ContainerUsage {
  id: string;
  podUid: string;
  name: string;
  /** CPU use over the last sample in thousandths of a core. */
  cpuMilli: number;
  /** Working set. */
  memoryBytes: number;
  atMs: number;
}

/** Who may read an image. */
export interface ImageAuth {
  username: string;
  password: string;
  serverAddress: string;
}

export interface ImageOptions {
  auth?: ImageAuth | undefined;
  /** Of the pod that wants the image: see {@link SandboxSpec.annotations}. */
  annotations?: Readonly<Record<string, string>> | undefined;
  signal?: AbortSignal | undefined;
}

export interface ImageState {
  id: string;
  names: readonly string[];
  sizeBytes: number;
}

/**
 * Runs containers. All calls are safe to repeat. Failures are OperationalError with one of the codes:
 * `image-not-found`, `image-pull-failed`, `image-pull-auth`, `invalid-image-name`, `image-never-pull`,
 * `container-start-failed` (bad command, mount, …: message is the engine's), `port-taken`, `not-found`, `not-running`,
 * `runtime-unavailable` (no answer, or not in time: try again), `engine-failed` (anything else that it refused).
 */
export interface Runtime {
  info(signal?: AbortSignal): Promise<RuntimeInfo>;
  /** Everything of this node, running or not. */
  listSandboxes(podUid?: string): Promise<SandboxState[]>;
  /** With `podUid` only that pod's: cheaper, asked for after each event. */
  listContainers(podUid?: string): Promise<ContainerState[]>;
  /** Makes and starts the pod's sandbox, or takes one from the warm pool. */
  createSandbox(spec: SandboxSpec): Promise<SandboxState>;
  removeSandbox(id: string): Promise<void>;
  /** Local image, or a pull as the policy says. Names by ID are never pulled. @returns the image ID and its user. */
  ensureImage(
    name: string,
    policy: 'Always' | 'IfNotPresent' | 'Never',
    options?: ImageOptions,
  ): Promise<{ id: string; pulled: boolean; durationMs: number; sizeBytes: number }>;
  /** Creates and starts. */
  startContainer(spec: ContainerSpec): Promise<ContainerState>;
  /** TERM (or the image's stop signal), then KILL after the grace. Grace 0 kills at once. */
  stopContainer(id: string, graceSeconds: number): Promise<void>;
  removeContainer(id: string): Promise<void>;
  /** Writes the logs to `out`, which it ends. */
  logs(id: string, out: Writable, err: Writable, options: LogOptions): Promise<void>;
  /**
   * @returns the program's exit code.
   * @throws OperationalError `command-not-found` or `command-not-runnable` when there was no program to run: the message
   * is one line, and nothing was written to the outputs.
   */
  exec(id: string, options: ExecOptions): Promise<number>;
  /** @returns when the container's streams end. @throws OperationalError `not-running` when its program has ended. */
  attach(id: string, options: Omit<ExecOptions, 'command'>): Promise<void>;
  /**
   * Connects to a TCP port of the pod as a program inside the pod would, over its own 127.0.0.1. Either half of the
   * connection ends by itself; whoever gets it destroys it in the end.
   *
   * @throws OperationalError `connection-refused` when nobody listens, `not-found` or `not-running` for the sandbox.
   */
  connectPort(sandboxId: string, port: number, signal: AbortSignal): Promise<Duplex>;
  /** Newest sample of each container; cheap (kept by streams or cgroup reads). */
  usage(): Promise<ContainerUsage[]>;
  /** Last bytes of a file inside the container (termination message). Empty when absent. */
  readFile(id: string, path: string, bytesMax: number): Promise<string>;
  listImages(): Promise<ImageState[]>;
  removeImage(id: string): Promise<void>;
  /** Ends when the signal is aborted; reconnects by itself and calls `resync` when events may have been missed. */
  watchEvents(onEvent: (event: RuntimeEvent) => void, resync: () => void, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
