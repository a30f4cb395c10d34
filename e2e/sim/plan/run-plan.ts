// A simulated run as data: the cluster, what users do and what goes wrong, all drawn from the seed beforehand. The
// shrinker takes parts away from it; the world only carries it out.
import type { NetworkQuality } from '../world/network.ts';
import type { Drift } from '../world/process.ts';
import type { Fault } from './fault.ts';
import type { UserAction } from './user-action.ts';

/** A host with an agent. */
export interface NodePlan {
  name: string;
  cpuMilli: number;
  memoryBytes: number;
  podsMax: number;
  drift: Drift;
}

/** All that a run depends on, beside the code. */
export interface RunPlan {
  seed: number;
  nodes: readonly NodePlan[];
  /** Control plane replicas. */
  replicas: readonly { name: string; drift: Drift }[];
  heartbeatIntervalMs: number;
  quality: NetworkQuality;
  /** Nodes evaluate flags for their pods, and so throw kill switches by themselves. */
  flagsOnNodes?: true;
  /** Users act and faults happen until here. */
  chaosMs: number;
  /** Then everything is healed, and the run goes on for so long. */
  calmMs: number;
  faults: readonly Fault[];
  actions: readonly UserAction[];
}
