// A controller that ends with its parents. In place of AbortSignal.any: Node 20 keeps a trace of each such signal for as
// long as its sources live, and the signal itself for as long as anybody listens, even when nothing else knows of it.

import { onAbort } from './on-abort.ts';

/** Made by {@link childAbort}. */
export interface ChildAbort {
  readonly signal: AbortSignal;
  /** Ends what the signal was given to; the parents go on. */
  abort(reason?: unknown): void;
  /** To be called once the work is done: the parents forget it. */
  release(): void;
}

/** Aborted when the first of the parents is, with its reason, or by itself. */
export function childAbort(...parents: readonly AbortSignal[]): ChildAbort {
  const controller = new AbortController();
  const over = parents.find(({ aborted }) => aborted);
  if (over !== undefined) controller.abort(over.reason);
  const watched = over === undefined ? parents : [];
  const leaves = watched.map((parent) => onAbort(parent, () => abort(parent.reason)));
  const release = (): void => {
    for (const leave of leaves) leave();
  };
  const abort = (reason?: unknown): void => {
    release();
    controller.abort(reason);
  };
  return { signal: controller.signal, abort, release };
}
