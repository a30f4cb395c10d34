// A host of the simulated cluster: engine and disk, which outlive the agent; and the agent, which outlives nothing.
import { startAgent } from '@gantry/agent/agent';
import { createHollowDisk } from '@gantry/agent/machine/hollow/hollow-disk';
import { createHollowMachine, emptyCheckpoints } from '@gantry/agent/machine/hollow/hollow-machine';
import type { Machine } from '@gantry/agent/machine/machine';
import { filesOf } from '@gantry/agent/runtime/hollow/hollow-container';
import { createHollowEngine, type HollowEngine } from '@gantry/agent/runtime/hollow/hollow-engine';
import { createHollowRuntime } from '@gantry/agent/runtime/hollow/hollow-runtime';
import type { Clock } from '@gantry/kit/clock';
import { messageOf } from '@gantry/kit/operational-error';
import { idsFrom, seededRandom } from '@gantry/kit/random';
import type { ClockLog } from '../http/clock-log.ts';
import { simTransport, type ApiServers } from '../http/sim-servers.ts';
import type { NodeView } from '../invariants/world-view.ts';
import type { NodePlan } from '../plan/run-plan.ts';
import { gatedRuntime } from './gated-runtime.ts';
import { createHollowProxy, noTraffic } from '@gantry/agent/services/hollow-proxy';
import { hashText } from './hash-text.ts';
import { HostViews } from './host-views.ts';
import type { SimNetwork } from './network.ts';
import type { SimProcess } from './process.ts';

export interface HostDeps {
  clock: Clock;
  seed: number;
  network: SimNetwork;
  servers: ApiServers;
  clocks: ClockLog;
  heartbeatIntervalMs: number;
  /** The agent evaluates flags. */
  flagsOnNodes?: true | undefined;
  /** Called when a container has begun or ended. */
  changed(): void;
  /** Starts the next incarnation of the process of that name. */
  spawn(name: string): SimProcess;
}

/** How long a program takes to start. */
const START_MS = 200;
/** Nobody asks for flags over the network here: what nodes do by them is what counts. */
const FLAGS = {
  ...{ address: '169.254.20.10', port: 8016 },
  listen: () => Promise.resolve({ port: 8016, close: () => Promise.resolve() }),
};

/** One host. */
export class SimHost {
  readonly #deps: HostDeps;
  readonly #plan: NodePlan;
  readonly #address: string;
  readonly #engine: HollowEngine;
  readonly #disk = createHollowDisk();
  #traffic = noTraffic();
  #checkpoints = emptyCheckpoints();
  #process: SimProcess | undefined;
  readonly #views: HostViews;

  constructor(deps: HostDeps, plan: NodePlan, at: number) {
    this.#deps = deps;
    this.#plan = plan;
    this.#views = new HostViews(deps.flagsOnNodes === true ? { evaluatesFlags: true } : {});
    this.#address = `10.0.0.${at + 1}`;
    const random = seededRandom(hashText(`${deps.seed}/engine/${plan.name}`));
    this.#engine = createHollowEngine({
      ...{ clock: wholeMs(deps.clock), random, ids: idsFrom(random), disk: this.#disk },
      ...{ podSubnet: `10.1.${at}`, hostAddress: this.#address },
      ...{ cpuMilli: plan.cpuMilli, memoryBytes: plan.memoryBytes },
    });
    const onEvent = (): void => deps.changed();
    this.#engine.parts.state.listeners.add({ node: plan.name, onEvent, resync: onEvent });
  }

  get isUp(): boolean {
    return this.#engine.isOn;
  }

  get process(): SimProcess | undefined {
    return this.#process;
  }

  /** Starts the agent unless it lives, or its host does not. */
  start(): void {
    if (!this.isUp || (this.#process !== undefined && this.#process.life !== 'dead')) return;
    const process = this.#deps.spawn(this.#plan.name);
    this.#process = process;
    process.clock.schedule(START_MS, () => void this.#begin(process));
  }

  kill(): void {
    this.#process?.kill();
  }

  /** An agent that ends in good order leaves its containers running, as one that dies does. */
  stop(): void {
    this.kill();
  }

  powerOff(): void {
    this.kill();
    this.#engine.powerOff();
    this.#traffic = noTraffic();
  }

  powerOn(): void {
    this.#engine.powerOn();
    this.start();
  }

  loseState(): void {
    this.#checkpoints = emptyCheckpoints();
  }

  /** @param draw in [0, 1): which one. @returns its name; undefined when none runs. */
  killContainer(draw: number): string | undefined {
    const running = this.#engine.listContainers().filter(({ status }) => status === 'running');
    const chosen = running[Math.floor(draw * running.length)];
    if (chosen === undefined) return undefined;
    this.#engine.killContainer(chosen.id);
    return `${chosen.pod.name}/${chosen.name}`;
  }

  /** Ends a container past its agent's back. */
  crash(containerId: string): void {
    this.#engine.killContainer(containerId);
  }

  /** A file as the container's program would read it. @throws Error when there is none. */
  readFile(containerId: string, path: string): string {
    const { containers, sandboxes } = this.#engine.parts.state;
    const container = containers.get(containerId);
    const text =
      container === undefined
        ? undefined
        : filesOf(container, sandboxes.get(container.spec.sandboxId), this.#disk).read(path);
    if (text === undefined) throw new Error(`there is no ${path} in container ${containerId}`);
    return text;
  }

  /** The one of before as long as nothing has changed. */
  view(isReachable: boolean): NodeView {
    const { containers, sandboxes, changes } = this.#engine.parts.state;
    const { leadsTo, busy, byService, splits } = this.#traffic;
    return this.#views.look(
      { containers, sandboxes, changes, leadsTo, busy, byService, splits },
      this.isUp,
      this.isUp && isReachable,
    );
  }

  async #begin(process: SimProcess): Promise<void> {
    const { clock, random, ids, logger } = process;
    const { name, podsMax } = this.#plan;
    const client = { process, host: name, user: `system:node:${name}` };
    try {
      await startAgent({
        ...{ clock, random, ids, logger },
        transport: simTransport(this.#deps, client),
        runtime: gatedRuntime(
          process,
          this.#deps.clock,
          createHollowRuntime({ engine: this.#engine, nodeName: name }),
        ),
        machine: this.#machine(process),
        flags: this.#deps.flagsOnNodes === true ? FLAGS : undefined,
        serviceProxy: createHollowProxy({
          clock,
          random,
          traffic: this.#traffic,
          hostClock: this.#deps.clock,
        }),
        options: {
          node: {
            ...{ name, labels: {}, podsMax, agentVersion: 'v1.32.0' },
            reserved: { cpuMilli: 0, memoryBytes: 0 },
          },
          heartbeatIntervalMs: this.#deps.heartbeatIntervalMs,
        },
      });
    } catch (error) {
      logger.error('the agent could not start', { error: messageOf(error) });
    }
  }

  /** As this agent sees it: what it had not yet written when it died is lost. */
  #machine(process: SimProcess): Machine {
    const { name } = this.#plan;
    return createHollowMachine({
      ...{
        clock: process.clock,
        disk: this.#disk,
        checkpoints: this.#checkpoints,
        network: this.#engine.network,
      },
      facts: () => ({
        ...{ machineId: name, systemUuid: name, bootId: name, address: this.#address, isRoot: true },
        system: this.#engine.info(),
      }),
      load: () => ({}),
      usage: () => ({ cpuMilli: 0, memoryBytes: 0, atMs: process.clock.nowMs() }),
    });
  }
}

/** The virtual clock knows parts of milliseconds, an engine's dates do not. */
function wholeMs(clock: Clock): Clock {
  return {
    nowMs: () => Math.floor(clock.nowMs()),
    schedule: (delayMs, task) => clock.schedule(delayMs, task),
  };
}
