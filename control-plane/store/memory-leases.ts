// Leases of the memory store on an injected clock: keys attached to a lease go when it ends.
import type { Clock } from '@gantry/kit/clock';
import { leaseLostError } from './store-errors.ts';

interface Lease {
  ttlMs: number;
  keys: Set<string>;
  cancelExpiry: () => void;
}

/** Leases and which key hangs on which. */
export class MemoryLeases {
  readonly #clock: Clock;
  readonly #onEnd: (keys: string[]) => void;
  readonly #leases = new Map<string, Lease>();
  readonly #leaseOfKey = new Map<string, string>();
  #lastId = 0;

  /** @param onEnd receives the sorted keys of a lease that expired or was revoked. */
  constructor(clock: Clock, onEnd: (keys: string[]) => void) {
    this.#clock = clock;
    this.#onEnd = onEnd;
  }

  grant(ttlMs: number): string {
    const id = String(++this.#lastId);
    const lease = { ttlMs, keys: new Set<string>(), cancelExpiry: () => undefined };
    this.#leases.set(id, lease);
    this.#arm(id, lease);
    return id;
  }

  /** @throws OperationalError `lease-lost`. */
  keepAlive(id: string): void {
    this.#arm(id, this.require(id));
  }

  /** @throws OperationalError `lease-lost`. */
  require(id: string): Lease {
    const lease = this.#leases.get(id);
    if (lease === undefined) throw leaseLostError(id);
    return lease;
  }

  /** Moves a key to a lease, or off any. */
  attach(key: string, leaseId: string | undefined): void {
    const before = this.#leaseOfKey.get(key);
    if (before !== undefined) this.#leases.get(before)?.keys.delete(key);
    this.#leaseOfKey.delete(key);
    if (leaseId === undefined) return;
    this.require(leaseId).keys.add(key);
    this.#leaseOfKey.set(key, leaseId);
  }

  /** Ends a lease; ending one that is gone does nothing. */
  end(id: string): void {
    const lease = this.#leases.get(id);
    if (lease === undefined) return;
    lease.cancelExpiry();
    this.#leases.delete(id);
    const keys = [...lease.keys].sort();
    for (const key of keys) this.#leaseOfKey.delete(key);
    this.#onEnd(keys);
  }

  /** Stops all timers; nothing expires any more. */
  close(): void {
    for (const lease of this.#leases.values()) lease.cancelExpiry();
  }

  #arm(id: string, lease: Lease): void {
    lease.cancelExpiry();
    lease.cancelExpiry = this.#clock.schedule(lease.ttlMs, () => {
      this.end(id);
    });
  }
}
