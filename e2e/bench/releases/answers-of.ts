// Which version answered how often and when, of all loads together. Pure.
import { failuresOf, type LoadReport } from '../../cluster/load/load.ts';

/** Answers of one version. */
export interface Answers {
  count: number;
  /** When the first and the last request that it answered began, in ms since the epoch; Infinity and 0 without any. */
  firstMs: number;
  lastMs: number;
}

export function answersOf(reports: readonly LoadReport[], version: number): Answers {
  const found: Answers = { count: 0, firstMs: Infinity, lastMs: 0 };
  for (const way of reports.flatMap((report) => Object.values(report))) {
    for (const [text, count] of Object.entries(way.texts)) {
      if (!text.endsWith(`, version ${version}`)) continue;
      found.count += count;
      found.firstMs = Math.min(found.firstMs, way.firstMs[text] ?? Infinity);
      found.lastMs = Math.max(found.lastMs, way.lastMs[text] ?? 0);
    }
  }
  return found;
}

/** All answers, whosever. */
export function answered(reports: readonly LoadReport[]): number {
  return reports
    .flatMap((report) => Object.values(report))
    .reduce((sum, way) => sum + Object.values(way.texts).reduce((all, count) => all + count, 0), 0);
}

/** All requests that failed, whoever was asked. */
export function failed(reports: readonly LoadReport[]): number {
  return reports
    .flatMap((report) => Object.values(failuresOf(report)))
    .reduce((sum, count) => sum + count, 0);
}
