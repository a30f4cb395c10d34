// What fails costs its own figures only.
import type { Figure } from './figure.ts';

/** The figures, or a row that says that there are none; the program then ends with a code that says so, too. */
export async function orFailure(name: string, measure: () => Promise<Figure[]>): Promise<Figure[]> {
  try {
    return await measure();
  } catch (error) {
    process.exitCode = 1;
    const words = error instanceof Error ? wordsOf(error) : String(error);
    process.stderr.write(`${name} failed: ${words.trimEnd()}\n`);
    const measured = 'not measured: it failed';
    return [{ what: name, target: '', measured, reference: '', met: false }];
  }
}

function wordsOf({ stack = '', cause }: Error): string {
  return cause instanceof Error ? `${stack}\n  because of ${cause.message}` : stack;
}
