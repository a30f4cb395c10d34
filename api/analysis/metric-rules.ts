// What the numbers of a metric mean once its arguments are filled in. Pure.
import { parseDuration } from '../duration.ts';
import type { AnalysisMetric } from '../kinds/analysis/metric.ts';
import { CONSECUTIVE_ERROR_LIMIT_DEFAULT, COUNT_MAX, DURATION_MAX_MS, ERROR_RETRY_MS } from './limits.ts';

/** A metric's rules as numbers. */
export interface MetricRules {
  /** Absent: one measurement only, unless it was an error. */
  intervalMs?: number;
  initialDelayMs: number;
  /** Absent: as many as there is time for. */
  count?: number;
  /** Infinity: any number of failures. */
  failureLimit: number;
  inconclusiveLimit: number;
  consecutiveErrorLimit: number;
  /** 0: `count` alone says. */
  consecutiveSuccessLimit: number;
}

/** @throws RangeError when a number or duration cannot be read. */
export function rulesOf(metric: AnalysisMetric): MetricRules {
  const { interval, initialDelay } = metric;
  const count = numberIn('count', metric.count);
  const failureLimit = numberIn('failureLimit', metric.failureLimit) ?? 0;
  const effectiveCount = count ?? (interval === undefined ? 1 : undefined);
  return {
    ...(interval === undefined ? {} : { intervalMs: durationIn('interval', interval) }),
    ...(effectiveCount === undefined ? {} : { count: effectiveCount }),
    initialDelayMs: initialDelay === undefined ? 0 : durationIn('initialDelay', initialDelay),
    failureLimit: failureLimit === -1 ? Infinity : failureLimit,
    inconclusiveLimit: numberIn('inconclusiveLimit', metric.inconclusiveLimit) ?? 0,
    consecutiveErrorLimit:
      numberIn('consecutiveErrorLimit', metric.consecutiveErrorLimit) ?? CONSECUTIVE_ERROR_LIMIT_DEFAULT,
    consecutiveSuccessLimit: numberIn('consecutiveSuccessLimit', metric.consecutiveSuccessLimit) ?? 0,
  };
}

/** Time from the end of a measurement to the next. */
export function pauseMs({ intervalMs }: MetricRules): number {
  return intervalMs ?? ERROR_RETRY_MS;
}

/** A whole number, or a text that is one. Undefined when it is absent. @throws RangeError */
export function numberIn(field: string, value: number | string | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  const number = Number(value);
  if (!Number.isInteger(number) || Math.abs(number) > COUNT_MAX)
    throw new RangeError(`${field} must be a whole number up to ${COUNT_MAX}, is ${JSON.stringify(value)}`);
  return number;
}

/** Milliseconds. @throws RangeError */
export function durationIn(field: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms < 0 || ms > DURATION_MAX_MS)
    throw new RangeError(
      `${field} must be a duration such as 30s or 5m, at most 720h, is ${JSON.stringify(text)}`,
    );
  return ms;
}

/** Whether a name in dryRun or measurementRetention means the metric: the name itself, or a pattern that fits it whole. */
export function isMeant(pattern: string, metric: string): boolean {
  if (pattern === metric || pattern === '*' || pattern === '.*') return true;
  const source = simplePattern(pattern);
  return source !== undefined && source.test(metric);
}

/** Patterns are texts with `.*` in them: what names need, and nothing that takes long to match. */
function simplePattern(pattern: string): RegExp | undefined {
  if (!pattern.includes('.*') || pattern.length > 253) return undefined;
  const parts = pattern.split('.*').map((part) => part.replaceAll(/[^A-Za-z0-9_-]/g, '\\$&'));
  return parts.length > 4 ? undefined : new RegExp(`^${parts.join('.*')}$`);
}
