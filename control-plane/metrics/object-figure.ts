// What a figure about stored objects is: a name, and the rows that the cache yields at this moment. Pure.
import type { CacheReader } from '../cache/cache.ts';

/** One number with the values of its labels. */
export type FigureRow = readonly [labels: Readonly<Record<string, string>>, value: number];

/** A gauge that is computed when somebody asks. */
export interface ObjectFigure {
  /** Without `gantry_`. */
  name: string;
  help: string;
  labels: readonly string[];
  rows: (cache: Pick<CacheReader, 'get' | 'list'>, nowMs: number) => Iterable<FigureRow>;
}

/** Counts the words of a list, each with its labels. */
export function tally(all: Iterable<Readonly<Record<string, string>>>): FigureRow[] {
  const counts = new Map<string, [Readonly<Record<string, string>>, number]>();
  for (const labels of all) {
    const id = Object.values(labels).join('\n');
    const row = counts.get(id);
    if (row === undefined) counts.set(id, [labels, 1]);
    else row[1] += 1;
  }
  return [...counts.values()];
}
