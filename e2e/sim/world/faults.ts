// Carries out the faults of a plan, and heals all of them but the loss of a host when the calm begins.
import type { Clock } from '@gantry/kit/clock';
import { STORE_HOST } from '../store/store-link.ts';
import { describeFault, faultEndMs, type Fault } from '../plan/fault.ts';
import type { NetworkQuality, SimNetwork } from './network.ts';
import type { SimProcess } from './process.ts';

/** A program that can die and come back. */
export interface Program {
  readonly process: SimProcess | undefined;
  start(): void;
  kill(): void;
  stop(): void;
}

/** A host whose power can be cut. */
export interface Machine {
  readonly isUp: boolean;
  powerOff(): void;
  powerOn(): void;
  /** What its agent has written down is gone. */
  loseState(): void;
  /** Kills a container that runs. @param draw in [0, 1): which one. @returns its name. */
  killContainer(draw: number): string | undefined;
}

/** What faults are done to. */
export interface FaultTargets {
  clock: Clock;
  network: SimNetwork;
  programs: ReadonlyMap<string, Program>;
  machines: ReadonlyMap<string, Machine>;
  quality: NetworkQuality;
  compactStore(): void;
  /** From then on nobody leads. @returns ends that. */
  occupyLeaderSeat(): () => void;
  note(what: string): void;
}

/** The faults of a run. */
export class Faults {
  readonly #targets: FaultTargets;
  /** Processes that are to die at their next write. */
  readonly #armed = new Map<string, Fault & { type: 'kill' }>();
  /** Hosts that never come back. */
  readonly #lost = new Set<string>();
  #leaveSeat: (() => void) | undefined;
  #isOver = false;
  /** Until when faults are under way that were begun; those that wait for a write have no end. */
  #disturbedUntilMs = -Infinity;

  constructor(targets: FaultTargets) {
    this.#targets = targets;
  }

  /** Sets all of them up; each happens at its time. */
  plan(faults: readonly Fault[]): void {
    for (const fault of faults) this.#later(fault.atMs, () => this.#begin(fault));
  }

  /** Asked at each write to the store. */
  crashAt(process: SimProcess, at: 'before-write' | 'after-write'): boolean {
    const fault = this.#armed.get(process.name);
    if (fault?.when !== at) return false;
    this.#armed.delete(process.name);
    this.#targets.note(`${process.name} dies ${at === 'before-write' ? 'before' : 'after'} a write`);
    this.#later(fault.backAfterMs, () => this.#targets.programs.get(process.name)?.start());
    return true;
  }

  /** Since when there is no fault but that nobody leads; undefined while one is under way. */
  undisturbedSinceMs(): number | undefined {
    return this.#disturbedUntilMs <= this.#targets.clock.nowMs() ? this.#disturbedUntilMs : undefined;
  }

  /** Nothing is wrong any more: links, processes, hosts. Lost hosts stay lost. */
  heal(): void {
    const { network, programs, machines, quality } = this.#targets;
    this.#isOver = true;
    this.#disturbedUntilMs = this.#targets.clock.nowMs();
    this.#armed.clear();
    this.#leaveSeat?.();
    network.healAll();
    network.quality = quality;
    for (const [name, machine] of machines) if (!machine.isUp) this.#powerOn(name);
    for (const program of programs.values()) {
      program.process?.resume();
      program.start();
    }
    this.#targets.note('all faults are over');
  }

  /** What a fault does later is not done once everything was healed. */
  #later(delayMs: number, task: () => void): void {
    this.#targets.clock.schedule(delayMs, () => {
      if (!this.#isOver) task();
    });
  }

  #begin(fault: Fault): void {
    const { network, programs, machines } = this.#targets;
    this.#targets.note(describeFault(fault));
    if (fault.type !== 'leader-away') this.#disturb(fault);
    switch (fault.type) {
      case 'cut':
        return this.#cut([[fault.from, fault.to]], fault.bothWays, fault.forMs);
      case 'store-away': {
        const hosts = [...programs.keys()];
        return this.#cut(
          hosts.map((host) => [host, STORE_HOST]),
          true,
          fault.forMs,
        );
      }
      case 'poor-network':
        network.quality = fault.quality;
        return this.#later(fault.forMs, () => (network.quality = this.#targets.quality));
      case 'kill':
        return this.#kill(fault);
      case 'stop':
        programs.get(fault.process)?.stop();
        return this.#later(fault.backAfterMs, () => programs.get(fault.process)?.start());
      case 'pause':
        return this.#pause(fault);
      case 'host-down':
        machines.get(fault.node)?.powerOff();
        return this.#later(fault.forMs, () => this.#powerOn(fault.node));
      case 'host-lost':
        this.#lost.add(fault.node);
        return machines.get(fault.node)?.powerOff();
      case 'state-lost':
        programs.get(fault.node)?.kill();
        machines.get(fault.node)?.loseState();
        return this.#later(fault.backAfterMs, () => programs.get(fault.node)?.start());
      case 'container-dies':
        return this.#killContainer(fault);
      case 'leader-away':
        return this.#occupySeat(fault.forMs);
      case 'compact':
        return this.#targets.compactStore();
    }
  }

  #disturb(fault: Fault): void {
    const isOpen = fault.type === 'kill' && fault.when !== 'now';
    const forMs = isOpen ? Infinity : faultEndMs(fault) - fault.atMs;
    this.#disturbedUntilMs = Math.max(this.#disturbedUntilMs, this.#targets.clock.nowMs() + forMs);
  }

  #occupySeat(forMs: number): void {
    this.#leaveSeat?.();
    const leave = this.#targets.occupyLeaderSeat();
    this.#leaveSeat = leave;
    this.#later(forMs, leave);
  }

  #killContainer({ node, draw }: Fault & { type: 'container-dies' }): void {
    const { machines } = this.#targets;
    this.#targets.note(`killed ${machines.get(node)?.killContainer(draw) ?? 'nothing'}`);
  }

  #powerOn(node: string): void {
    if (!this.#lost.has(node)) this.#targets.machines.get(node)?.powerOn();
  }

  #cut(links: readonly (readonly [string, string])[], bothWays: boolean, forMs: number): void {
    const { network } = this.#targets;
    const all = links.flatMap(([from, to]) =>
      bothWays
        ? [
            [from, to],
            [to, from],
          ]
        : [[from, to]],
    );
    for (const [from = '', to = ''] of all) network.cut(from, to);
    this.#later(forMs, () => {
      for (const [from = '', to = ''] of all) network.heal(from, to);
    });
  }

  #pause(fault: Fault & { type: 'pause' }): void {
    const process = this.#targets.programs.get(fault.process)?.process;
    process?.pause();
    this.#later(fault.forMs, () => process?.resume());
  }

  #kill(fault: Fault & { type: 'kill' }): void {
    const program = this.#targets.programs.get(fault.process);
    if (fault.when !== 'now') {
      this.#armed.set(fault.process, fault);
      return;
    }
    program?.kill();
    this.#later(fault.backAfterMs, () => program?.start());
  }
}
