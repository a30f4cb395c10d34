// What may go wrong, as data. Times count from the start of the run; everything but a lost host is over when the calm begins.
import type { NetworkQuality } from '../world/network.ts';

/** What all faults say. */
interface At {
  atMs: number;
}

/** One fault. Hosts are `etcd`, control plane replicas, nodes. */
export type Fault = At &
  (
    | { type: 'cut'; from: string; to: string; bothWays: boolean; forMs: number }
    /** Nobody reaches the store. */
    | { type: 'store-away'; forMs: number }
    | { type: 'poor-network'; quality: NetworkQuality; forMs: number }
    /** A process is killed: at once, or at its next write to the store. */
    | { type: 'kill'; process: string; when: 'now' | 'before-write' | 'after-write'; backAfterMs: number }
    /** A process ends in good order and comes back. */
    | { type: 'stop'; process: string; backAfterMs: number }
    /** A process stands still and then goes on as if nothing had been. */
    | { type: 'pause'; process: string; forMs: number }
    /** A host with all that runs on it. */
    | { type: 'host-down'; node: string; forMs: number }
    /** A host that never comes back. */
    | { type: 'host-lost'; node: string }
    /** An agent is killed, and what it had written down is gone when it is started again. */
    | { type: 'state-lost'; node: string; backAfterMs: number }
    /** A container that runs is killed; which one is drawn when it happens. */
    | { type: 'container-dies'; node: string; draw: number }
    /** Somebody who does nothing has the leader's place. */
    | { type: 'leader-away'; forMs: number }
    /** The store forgets its history. */
    | { type: 'compact' }
  );

/** When a fault no longer does anything. */
export function faultEndMs(fault: Fault): number {
  switch (fault.type) {
    case 'cut':
    case 'store-away':
    case 'poor-network':
    case 'pause':
    case 'host-down':
    case 'leader-away':
      return fault.atMs + fault.forMs;
    case 'kill':
    case 'stop':
    case 'state-lost':
      return fault.atMs + fault.backAfterMs;
    case 'host-lost':
    case 'container-dies':
    case 'compact':
      return fault.atMs;
  }
}

/** The fault in words. */
export function describeFault(fault: Fault): string {
  const { type, atMs: _, ...rest } = fault;
  const more = Object.entries(rest).map(
    ([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
  );
  return [type, ...more].join(' ');
}
