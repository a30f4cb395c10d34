// A moment as Argo Rollouts' range queries name it: `now()`, `date("2026-11-29T12:00:00Z")`, and durations before or after:
// `now() - duration("5m")`. Pure.
import { parseDuration } from '../duration.ts';

const START = /^\s*(?:now\(\s*\)|date\(\s*(?:"([^"]*)"|'([^']*)')\s*\))/;
const STEP = /^\s*([+-])\s*duration\(\s*(?:"([^"]*)"|'([^']*)')\s*\)/;
const TEXT_MAX = 1_000;
const WHAT = 'must be now() or date("2026-11-29T12:00:00Z"), and may go on with - duration("5m")';

/** Milliseconds since the epoch. @throws RangeError with a sentence. */
export function momentIn(field: string, text: string, nowMs: number): number {
  const wrong = (why: string): RangeError => new RangeError(`${field} ${why}, is ${JSON.stringify(text)}`);
  const start = text.length > TEXT_MAX ? null : START.exec(text);
  if (start === null) throw wrong(WHAT);
  const date = start[1] ?? start[2];
  let atMs = date === undefined ? nowMs : Date.parse(date);
  if (Number.isNaN(atMs)) throw wrong('has a date that cannot be read');
  let rest = text.slice(start[0].length);
  for (let step = STEP.exec(rest); step !== null; step = STEP.exec(rest)) {
    const ms = parseDuration(step[2] ?? step[3] ?? '');
    if (ms === undefined) throw wrong('has a duration that is not one such as 30s or 5m');
    atMs += step[1] === '-' ? -ms : ms;
    rest = rest.slice(step[0].length);
  }
  if (rest.trim() !== '') throw wrong(WHAT);
  return atMs;
}
