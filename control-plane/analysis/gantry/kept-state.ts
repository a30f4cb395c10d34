// What a metric of the provider `gantry` goes on from: readings, and a judge's evidence. It is kept in the metric's metadata, so
// that any leader can go on. Pure.
import { NO_EVIDENCE, type Evidence } from '@gantry/api/analysis/judge/sequential';
import { isList, isMap } from '@gantry/api/json-value';
import type { MetricResult } from '@gantry/api/kinds/analysis/run-status';
import { readingJson, readingOf, type Reading } from './figures.ts';

/** Key of the metadata. */
const KEPT = 'gantry.dev/readings';
/** A window is divided into so many parts at least. */
const PARTS = 16;

/** Oldest first, at least one. */
export interface Kept {
  readings: readonly [Reading, ...Reading[]];
  evidence: Evidence;
}

/** What was kept; undefined when nothing was, or nothing that can be read. */
export function keptIn(result: MetricResult | undefined): Kept | undefined {
  const text = result?.metadata?.[KEPT];
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isMap(value) || !isList(value['readings'])) return undefined;
  const [first, ...more] = value['readings'].map(readingOf).filter((reading) => reading !== undefined);
  if (first === undefined) return undefined;
  return { readings: [first, ...more], evidence: evidenceOf(value['logs'], value['peak']) };
}

/** As metadata. */
export function keptAs({ readings, evidence }: Kept): Record<string, string> {
  const isEvident = evidence.peak > 0 || evidence.logs.some((log) => log !== 0);
  const judged = isEvident
    ? { logs: evidence.logs.map((log) => Number(log.toFixed(6))), peak: evidence.peak }
    : {};
  return { [KEPT]: JSON.stringify({ readings: readings.map(readingJson), ...judged }) };
}

/** The reading that a window goes back to: the newest that is old enough, else the oldest there is. */
export function windowStart({ readings }: Kept, sinceMs: number): Reading {
  return readings.findLast(({ atMs }) => atMs <= sinceMs) ?? readings[0];
}

/** Readings with one more: a bounded number, spread over the window. */
export function withReading({ readings }: Kept, next: Reading, windowMs: number): Kept['readings'] {
  const before = readings.at(-2);
  const isClose = before !== undefined && next.atMs - before.atMs < windowMs / PARTS;
  const all = [...(isClose ? readings.slice(0, -1) : readings), next];
  const from = all.findLastIndex(({ atMs }) => atMs <= next.atMs - windowMs);
  const [first = next, ...more] = all.slice(Math.max(0, from));
  return [first, ...more];
}

function evidenceOf(logs: unknown, peak: unknown): Evidence {
  const isWhole =
    isList(logs) &&
    logs.length === NO_EVIDENCE.logs.length &&
    logs.every((log): log is number => typeof log === 'number');
  if (!isWhole || typeof peak !== 'number') return NO_EVIDENCE;
  return { logs, peak };
}
