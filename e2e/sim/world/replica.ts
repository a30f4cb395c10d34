// A replica of the control plane in the simulated world: the real one, on a simulated process, store link and server.
// What it is made of can be killed at any moment; it comes back with the same name and nothing in memory.
import type { GantryDeps } from '@gantry/control-plane/analysis/gantry/measure-gantry';
import { createMeasure } from '@gantry/control-plane/analysis/providers/create-measure';
import { createAuthorization } from '@gantry/control-plane/auth/authorize';
import { startControlPlane, type ControlPlane } from '@gantry/control-plane/control-plane';
import { allControllers } from '@gantry/control-plane/controllers/all-controllers';
import { createAuthenticateByToken } from '@gantry/control-plane/server/test-users';
import { messageOf } from '@gantry/kit/operational-error';
import { simServe, type ApiServers } from '../http/sim-servers.ts';
import { storeLink, type StoreLinkDeps } from '../store/store-link.ts';
import type { SimProcess } from './process.ts';
import { simProvider } from './sim-provider.ts';

/** What all replicas share. */
export interface ReplicaDeps extends Omit<StoreLinkDeps, 'process' | 'host'> {
  servers: ApiServers;
  seed: number;
  /** What went through Services. */
  traffic: GantryDeps['traffic'];
  /** Starts the next incarnation of the process of that name. */
  spawn(name: string): SimProcess;
}

/** How long a program takes to start. */
const START_MS = 300;
/** A program that could not start is started again by whoever watches over it. */
const START_AGAIN_MS = 1_000;

/** One replica, whichever incarnation of it runs. */
export class Replica {
  readonly name: string;
  readonly #deps: ReplicaDeps;
  #isWantedAgain = false;
  #process: SimProcess | undefined;
  #plane: ControlPlane | undefined;

  constructor(deps: ReplicaDeps, name: string) {
    this.#deps = deps;
    this.name = name;
  }

  /** The incarnation that runs, or ran last. */
  get process(): SimProcess | undefined {
    return this.#process;
  }

  /** Starts it unless it lives; tries again for as long as the process does. */
  start(): void {
    if (this.#process !== undefined && this.#process.life !== 'dead') {
      // One that is still ending is started when it has ended.
      this.#isWantedAgain = true;
      return;
    }
    this.#isWantedAgain = false;
    const process = this.#deps.spawn(this.name);
    this.#process = process;
    process.clock.schedule(START_MS, () => void this.#begin(process));
  }

  /** As SIGKILL. */
  kill(): void {
    this.#process?.kill();
  }

  /** As SIGTERM: gives leadership back and ends its watches, then exits. */
  stop(): void {
    const process = this.#process;
    const stopped = this.#plane?.stop() ?? Promise.resolve();
    this.#isWantedAgain = false;
    void stopped.then(() => {
      process?.kill();
      if (this.#isWantedAgain) this.start();
    });
  }

  async #begin(process: SimProcess): Promise<void> {
    const { clock, ids, random, logger } = process;
    const { seed, traffic } = this.#deps;
    const store = storeLink({ ...this.#deps, process, host: this.name });
    try {
      this.#plane = await startControlPlane({
        ...{ store, clock, ids, random, logger, identity: this.name },
        controllers: allControllers(clock),
        serve: simServe(this.#deps.servers, process, this.name),
        parts: (cache) => ({
          security: { authenticate: createAuthenticateByToken(), ...createAuthorization(cache) },
          measure: createMeasure({ clock, cache, traffic, http: simProvider(seed, process) }),
        }),
      });
      logger.info('serves');
    } catch (error) {
      // As the program: it says why, exits, and is started again.
      logger.error('could not start', { error: messageOf(error) });
      process.kill();
      this.#startAgain();
    }
  }

  #startAgain(): void {
    const again = this.#deps.spawn(this.name);
    this.#process = again;
    again.clock.schedule(START_AGAIN_MS, () => void this.#begin(again));
  }
}
