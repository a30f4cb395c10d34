// What a scenario may see of the cluster that it plays in, and what it may do to it: the same in the seeded simulation
// and on real processes with etcd and Docker. What differs between the two stays behind this interface.
import type { Client } from '@gantry/api/client';

/** A container as its engine has it, whatever anybody reports. */
export interface EngineContainer {
  readonly id: string;
  readonly node: string;
  /** Name of its pod. */
  readonly pod: string;
  readonly name: string;
  readonly running: boolean;
  /** The same as long as it was not started anew. */
  readonly startedAt: string;
}

/** A cluster with a namespace for one scenario. */
export interface World {
  readonly client: Client;
  readonly namespace: string;
  /** At least two. */
  readonly nodes: readonly string[];
  /** Milliseconds since the epoch: virtual or real. */
  nowMs(): number;
  sleep(forMs: number): Promise<void>;
  /** All of the namespace on all nodes, running or not. */
  containers(): Promise<readonly EngineContainer[]>;
  /** The text of a file as the container's program would read it. @throws Error when there is none. */
  readFile(container: EngineContainer, path: string): Promise<string>;
  /** Ends the container by KILL, past the cluster's back. */
  crash(container: EngineContainer): Promise<void>;
  /** The agent ends at once, as by a power cut; what its node runs is left alone. */
  killAgent(node: string): Promise<void>;
  startAgent(node: string): Promise<void>;
  /** All replicas end at once. */
  killControlPlane(): Promise<void>;
  /** Resolves when it serves. */
  startControlPlane(): Promise<void>;
  /** The store answers nobody for so long; resolves when it does again. */
  freezeStore(forMs: number): Promise<void>;
}
