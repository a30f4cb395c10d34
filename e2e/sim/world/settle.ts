// Lets everything run that needs no time: promises and what they lead to, until only timers are left.

/**
 * One turn of the event loop: all promise reactions and ticks run before the next immediate. The simulated world does
 * no real input or output, so that nothing else can be under way; an immediate that the product sets itself runs in
 * the same order each time.
 */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
