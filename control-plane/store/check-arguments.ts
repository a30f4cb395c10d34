// What a call has to look like, the same for every store: a caller that breaks the interface is a bug, and is told so
// before anything is done.
import { invariant } from '@gantry/kit/invariant';

/** Beyond a day a lease is no sign of life; and timers overflow after 24.8 days. */
export const LEASE_TTL_MAX_MS = 86_400_000;

/** Printable ASCII: in it the order of etcd's bytes is that of JavaScript's strings. */
const STORED_KEY = /^[\x20-\x7e]+$/;

/** Of a key that is to be written. */
export function checkStoredKey(key: string): void {
  invariant(STORED_KEY.test(key), `a key is printable ASCII and not empty, unlike "${key}"`);
}

/** Of a key that is looked for: users may ask for any name, and find nothing. */
export function checkKey(key: string): void {
  invariant(key !== '', 'a key is not empty');
}

/** 0 stands for none, or for the newest. */
export function isRevision(revision: number): boolean {
  return Number.isSafeInteger(revision) && revision >= 0;
}

export function checkPage({ limit = 0, revision = 0 }: { limit?: number; revision?: number }): void {
  invariant(isRevision(revision), 'a list is of a revision');
  invariant(limit === Infinity || (Number.isSafeInteger(limit) && limit >= 0), 'a limit is a whole number');
}

export function checkWatch(afterRevision: number): void {
  invariant(isRevision(afterRevision), 'a watch begins after a revision');
}

export function checkCompaction(revision: number): void {
  invariant(isRevision(revision) && revision > 0, 'a history is compacted at a revision');
}

export function checkLeaseTtl(ttlMs: number): void {
  invariant(ttlMs > 0 && ttlMs <= LEASE_TTL_MAX_MS, 'a lease lives for up to a day');
}
