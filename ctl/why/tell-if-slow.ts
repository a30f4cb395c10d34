// Says once what a wait is about when it takes longer than a user would expect.
import type { CommandContext } from '../command.ts';

/** When the user begins to wonder. */
const SLOW_MS = 4_000;

/** Runs `wait`; when it is slow, tells on standard error what is waited for and why. */
export async function tellIfSlow<T>(
  { clock, io }: Pick<CommandContext, 'clock' | 'io'>,
  what: string,
  why: () => Promise<readonly string[]>,
  wait: () => Promise<T>,
): Promise<T> {
  let over = false;
  const tell = async (): Promise<void> => {
    const sentences = await why();
    if (!over) io.err(`Still waiting for ${what}${becauseText(sentences)}\n`);
  };
  // `why` does not throw: it has nothing to say then.
  const cancel = clock.schedule(SLOW_MS, () => void tell());
  try {
    return await wait();
  } finally {
    over = true;
    cancel();
  }
}

/** `: a; b`, or nothing. */
export function becauseText(sentences: readonly string[]): string {
  return sentences.length === 0 ? '' : `: ${sentences.join('; ')}`;
}
