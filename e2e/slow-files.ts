// Which test files take long, by the moments at which their results arrive. Where several files run at once it is who was
// waited for.

/** Collects results as they come. */
export interface SlowFiles {
  /** @param text a piece of TAP, cut anywhere. */
  note(text: string, nowMs: number): void;
  /** The slowest first, as `file 12 s`. */
  worst(count: number): string[];
}

export function createSlowFiles(startedMs: number): SlowFiles {
  const tookMs = new Map<string, number>();
  let [rest, lastMs] = ['', startedMs];
  return {
    note(text, nowMs) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const title = /^(?:not )?ok \d+ - (.*)$/.exec(line)?.[1];
        if (title === undefined) continue;
        const file = title.split(' › ').slice(0, -1).filter(isTelling).join('/');
        tookMs.set(file, (tookMs.get(file) ?? 0) + nowMs - lastMs);
        lastMs = nowMs;
      }
    },
    worst: (count) =>
      [...tookMs]
        .sort(([, a], [, b]) => b - a)
        .slice(0, count)
        .map(([file, ms]) => `${file} ${(ms / 1000).toFixed(0)} s`),
  };
}

function isTelling(word: string): boolean {
  return word !== 'dist';
}
