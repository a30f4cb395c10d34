// How long a pause lasts: whole seconds, or a time as Go writes it. Pure.
import { parseDuration } from '../../duration.ts';

/** What is wrong with a duration; undefined when nothing is. */
export function durationProblem(duration: number | string): string | undefined {
  const ms = pauseMs(duration);
  if (ms === undefined) return 'must be a number of seconds or a time such as 30s, 10m, 1h30m';
  return ms < 0 ? 'must not be below 0' : undefined;
}

/** In milliseconds; undefined when it cannot be read. */
export function pauseMs(duration: number | string): number | undefined {
  if (typeof duration === 'number') return duration * 1000;
  return /^\d{1,9}$/.test(duration) ? Number(duration) * 1000 : parseDuration(duration);
}
