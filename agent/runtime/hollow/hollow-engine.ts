// A container engine in memory, for simulation and for thousands of nodes. It outlives the runtimes that look at it, as
// Docker outlives agents, and has the switches of a host: power, an engine that does not answer, a kill from outside.
import type { Clock } from '@gantry/kit/clock';
import { OperationalError } from '@gantry/kit/operational-error';
import type { Ids, Random } from '@gantry/kit/random';
import type { HollowDisk } from '../../machine/hollow/hollow-disk.ts';
import type { ContainerState, ContainerUsage, RuntimeInfo, SandboxState } from '../runtime.ts';
import { usualBehaviour, type BehaviourSource } from './behaviour.ts';
import { containerStateOf, sandboxStateOf } from './hollow-container.ts';
import { createHollowContainers, type HollowContainers } from './hollow-containers.ts';
import { createHollowImages, type HollowImages, type RegistryAnswer } from './hollow-images.ts';
import { createHollowNetwork, type HollowNetwork } from './hollow-network.ts';
import { createHollowSandboxes, type HollowSandboxes } from './hollow-sandboxes.ts';
import { HollowState } from './hollow-state.ts';
import type { Exit } from './running-process.ts';

export interface HollowEngineOptions {
  clock: Clock;
  random: Random;
  ids: Ids;
  /** Of the host, where volumes are: shared with its machine. */
  disk: HollowDisk;
  /** The first three numbers of pods' addresses, e.g. `10.64.0`. */
  podSubnet: string;
  hostAddress: string;
  cpuMilli: number;
  memoryBytes: number;
  /** What containers do where no annotation says so; {@link usualBehaviour} when absent. */
  behaviour?: BehaviourSource | undefined;
  /** What the registry has; every image, pulled within two seconds, when absent. */
  registry?: ((name: string) => RegistryAnswer) | undefined;
  /** How long it takes to make a sandbox where no annotation says so; some 100 ms when absent. */
  sandboxMs?: (() => number) | undefined;
}

export interface HollowEngine {
  /** What it says of itself and its host. */
  info(): RuntimeInfo;
  /** All, of all nodes, running or not; also while the host is off. */
  listContainers(): ContainerState[];
  listSandboxes(): SandboxState[];
  /** @param exit by KILL when absent. */
  killContainer(id: string, exit?: Exit): void;
  killSandbox(id: string): void;
  /** The engine stops answering, while containers run on; or it answers again. */
  setAnswering(answers: boolean): void;
  readonly isOn: boolean;
  /** The host dies: everything stops at once. Its disk stays. */
  powerOff(): void;
  /** The host is back: what ran has exited. */
  powerOn(): void;
  /** Of what runs, of all nodes. */
  usage(): ContainerUsage[];
  readonly images: HollowImages;
  readonly network: HollowNetwork;
  /** For runtimes. */
  readonly parts: EngineParts;
}

export interface EngineParts {
  readonly state: HollowState;
  readonly images: HollowImages;
  readonly sandboxes: HollowSandboxes;
  readonly containers: HollowContainers;
  /** Aborted while the engine does not answer. */
  answering(): AbortSignal;
}

const WORDS = {
  ...{ name: 'hollow', version: '1.0', kernelVersion: 'hollow', osImage: 'hollow', architecture: 'amd64' },
};

/** What Docker says of containers that a dying host took along. */
const HOST_DIED: Exit = { exitCode: 255, oomKilled: false };

export function createHollowEngine(options: HollowEngineOptions): HollowEngine {
  return new Engine(options);
}

class Engine implements HollowEngine {
  readonly images: HollowImages;
  readonly network: HollowNetwork;
  readonly parts: EngineParts;
  readonly #state: HollowState;
  readonly #info: RuntimeInfo;
  #answering = new AbortController();

  constructor(options: HollowEngineOptions) {
    const { clock, random, behaviour = usualBehaviour(random), cpuMilli, memoryBytes } = options;
    this.#info = { ...WORDS, cpuMilli, memoryBytes };
    const state = new HollowState(options);
    this.#state = state;
    this.images = createHollowImages({
      clock,
      wait: (ms) => state.wait(ms),
      registry: options.registry ?? (() => usualImage(random)),
    });
    this.network = createHollowNetwork(state, options);
    const sandboxMs = options.sandboxMs ?? (() => Math.round(50 + random.next() * 100));
    this.parts = {
      ...{ state, images: this.images },
      sandboxes: createHollowSandboxes({ state, network: this.network, sandboxMs }),
      containers: createHollowContainers({ state, images: this.images, behaviour }),
      answering: () => this.#answering.signal,
    };
  }

  info(): RuntimeInfo {
    return this.#info;
  }

  get isOn(): boolean {
    return this.#state.isOn;
  }

  listContainers(): ContainerState[] {
    return [...this.#state.containers.values()].map(containerStateOf);
  }

  listSandboxes(): SandboxState[] {
    return [...this.#state.sandboxes.values()].map(sandboxStateOf);
  }

  killContainer(id: string, exit?: Exit): void {
    this.parts.containers.kill(id, exit);
  }

  killSandbox(id: string): void {
    this.parts.sandboxes.kill(id);
  }

  usage(): ContainerUsage[] {
    const atMs = this.#state.clock.nowMs();
    return [...this.#state.containers.values()].flatMap(({ id, spec, main }) =>
      main === undefined ? [] : [{ id, podUid: spec.pod.uid, name: spec.name, ...main.usage, atMs }],
    );
  }

  setAnswering(answers: boolean): void {
    if (!answers) {
      this.#answering.abort(new OperationalError('runtime-unavailable', 'the hollow engine does not answer'));
      return;
    }
    if (!this.#answering.signal.aborted || !this.isOn) return;
    this.#answering = new AbortController();
    for (const listener of this.#state.listeners) queueMicrotask(() => listener.resync());
  }

  powerOff(): void {
    this.setAnswering(false);
    this.#state.switchOff();
    for (const { id } of this.#state.sandboxes.values()) this.parts.sandboxes.kill(id);
    for (const { id } of this.#state.containers.values()) this.parts.containers.kill(id, HOST_DIED);
  }

  powerOn(): void {
    this.#state.switchOn();
    this.setAnswering(true);
  }
}

function usualImage(random: Random): RegistryAnswer {
  return { pullMs: Math.round(200 + random.next() * 1800), sizeBytes: 50 * 1024 ** 2 };
}
