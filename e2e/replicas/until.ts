// Waits for what several replicas are to see.
const WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** @returns the first that is neither undefined nor false. @throws when there is none in a minute. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
): Promise<Exclude<T, false | undefined>> {
  const deadlineMs = Date.now() + WITHIN_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found as Exclude<T, false | undefined>;
    if (Date.now() > deadlineMs) throw new Error(`${what}: not so in time`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
