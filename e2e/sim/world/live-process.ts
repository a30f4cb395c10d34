// A process of the world as the invariants see it. Its figures are those of the moment in which they are read.
import type { ApiServers } from '../http/sim-servers.ts';
import type { ProcessView } from '../invariants/world-view.ts';
import type { Program } from './faults.ts';

/** The incarnation that there is now, whichever that is. */
export class LiveProcess implements ProcessView {
  readonly kind: ProcessView['kind'];
  readonly node?: string;
  readonly #name: string;
  readonly #program: Program;
  readonly #servers: ApiServers;

  constructor(
    name: string,
    program: Program,
    { servers, isAgent }: { servers: ApiServers; isAgent: boolean },
  ) {
    this.#name = name;
    this.#program = program;
    this.#servers = servers;
    this.kind = isAgent ? 'agent' : 'control-plane';
    if (isAgent) this.node = name;
  }

  get up(): boolean {
    return this.#program.process?.life === 'running';
  }

  get queued(): number {
    return this.#program.process?.waiting ?? 0;
  }

  get watches(): number {
    const server = this.#servers.get(this.#name);
    return server?.process === this.#program.process ? (server?.openExchanges() ?? 0) : 0;
  }

  get pendingTimers(): number {
    return this.#program.process?.pendingTimers ?? 0;
  }
}
