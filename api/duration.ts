// Lengths of time for people: ages as kubectl prints them, and durations as users write them (`1h30m`, `500ms`).

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

interface Step {
  untilMs: number;
  unitMs: number;
  unit: string;
  /** The finer unit that follows, where the age is still young enough for it to matter. */
  rest?: { unitMs: number; unit: string };
}

const SECONDS = { unitMs: SECOND, unit: 's' };
const MINUTES = { unitMs: MINUTE, unit: 'm' };
const HOURS = { unitMs: HOUR, unit: 'h' };
const DAYS = { unitMs: DAY, unit: 'd' };
const YEARS = { unitMs: YEAR, unit: 'y' };

/** The first step whose `untilMs` lies above the age writes it. */
const STEPS: readonly Step[] = [
  { untilMs: 2 * MINUTE, ...SECONDS },
  { untilMs: 10 * MINUTE, ...MINUTES, rest: SECONDS },
  { untilMs: 3 * HOUR, ...MINUTES },
  { untilMs: 8 * HOUR, ...HOURS, rest: MINUTES },
  { untilMs: 2 * DAY, ...HOURS },
  { untilMs: 8 * DAY, ...DAYS, rest: HOURS },
  { untilMs: 2 * YEAR, ...DAYS },
  { untilMs: 8 * YEAR, ...YEARS, rest: DAYS },
];
const LAST_STEP: Step = { untilMs: Infinity, ...YEARS };

/** How far in the future a time may lie, by clocks that disagree, before its age is nonsense. */
const SKEW_MS = 2 * SECOND;

/** `45s`, `5m13s`, `3d2h`, `<invalid>`: the AGE column. */
export function formatAge(ageMs: number): string {
  if (!(ageMs > -SKEW_MS)) return '<invalid>';
  const age = Math.max(0, ageMs);
  const step = STEPS.find(({ untilMs }) => age < untilMs) ?? LAST_STEP;
  const head = `${Math.floor(age / step.unitMs)}${step.unit}`;
  if (step.rest === undefined) return head;
  const rest = Math.floor((age % step.unitMs) / step.rest.unitMs);
  return rest === 0 ? head : `${head}${rest}${step.rest.unit}`;
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: SECOND,
  m: MINUTE,
  h: HOUR,
};

/**
 * Reads a duration as Go writes it: `30s`, `1h30m`, `-1.5m`, `0`.
 *
 * @returns milliseconds; undefined when the text is no duration.
 */
export function parseDuration(text: string): number | undefined {
  const match = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+|0)$/.exec(text);
  if (match === null || text.length > 100) return undefined;
  let totalMs = 0;
  for (const [, amount, unit = ''] of (match[2] ?? '').matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)) {
    totalMs += Number(amount) * (UNITS_MS[unit] ?? 0);
  }
  return match[1] === '-' ? -totalMs : totalMs;
}
