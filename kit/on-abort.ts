// Listening to the end of something that lasts: cheap to begin and to leave, however many others listen.

/** Who listens. The signal's own list is searched through at each change: slow with many of them. */
const listening = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `listener` once when the signal is aborted, in the order in which they came. Not when it is aborted already. For
 * signals that outlive many listeners: of one that a single call is made for, its own `addEventListener` is enough.
 *
 * @returns what takes that back; safe to call twice.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  const listeners = listenersOf(signal);
  // A function of its own: the same listener may be there twice.
  const own = (): void => listener();
  listeners.add(own);
  return () => void listeners.delete(own);
}

/** How many listen through {@link onAbort} at present: what is let go must not be among them. */
export function abortListeners(signal: AbortSignal): number {
  return listening.get(signal)?.size ?? 0;
}

function listenersOf(signal: AbortSignal): Set<() => void> {
  const known = listening.get(signal);
  if (known !== undefined) return known;
  const listeners = new Set<() => void>();
  listening.set(signal, listeners);
  const tellAll = (): void => {
    for (const listener of listeners) listener();
    listeners.clear();
  };
  signal.addEventListener('abort', tellAll, { once: true });
  return listeners;
}
