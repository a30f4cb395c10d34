// Answers "is this minute due?" with node-cron, and coarser questions that let a search skip months, days and hours.
// Tasks of node-cron are only asked, never started.
import { CRON_WORDS } from '@gantry/api/cron-schedule';
import { createTask } from 'node-cron';

/** Whether a schedule is due, at several coarsenesses: where a coarse answer is no, no minute of that span is due. */
export interface CronCalendar {
  minute(ms: number): boolean;
  /** Some minute of the local hour, day, month may be due. */
  hour(ms: number): boolean;
  day(ms: number): boolean;
  month(ms: number): boolean;
}

/** Looks up calendars; undefined for what cannot be followed (or never comes, as February 30). */
export type CalendarOf = (schedule: string, timeZone: string | undefined) => CronCalendar | undefined;

/** Calendars kept for reuse; the oldest fall out. */
const CALENDARS_MAX = 1000;
/** Largest value of each field, for steps without an end (`5/15`). */
const FIELD_MAX = [59, 23, 31, 12, 6];

/** Makes a lookup that remembers what it has read. */
export function createCalendars(): CalendarOf {
  const known = new Map<string, CronCalendar | undefined>();
  return (schedule, timeZone) => {
    const key = `${schedule}|${timeZone ?? ''}`;
    if (known.has(key)) return known.get(key);
    const calendar = calendarOf(schedule, timeZone);
    if (known.size >= CALENDARS_MAX) {
      const oldest = known.keys().next();
      if (!oldest.done) known.delete(oldest.value);
    }
    known.set(key, calendar);
    return calendar;
  };
}

function calendarOf(schedule: string, timeZone: string | undefined): CronCalendar | undefined {
  const fields = (CRON_WORDS[schedule] ?? schedule).trim().split(/\s+/).map(normalField);
  if (fields.length !== FIELD_MAX.length) return undefined;
  const [minute = '*', hour = '*', dayOfMonth = '*', month = '*', dayOfWeek = '*'] = fields;
  try {
    const days = daysOf(dayOfMonth, dayOfWeek);
    const anyOf = (head: string): ((ms: number) => boolean) => {
      const matches = days.map(([ofMonth, ofWeek]) =>
        question(`${head} ${ofMonth} ${month} ${ofWeek}`, timeZone),
      );
      return (ms) => matches.some((match) => match(ms));
    };
    return {
      minute: anyOf(`${minute} ${hour}`),
      hour: anyOf(`* ${hour}`),
      day: anyOf('* *'),
      month: question(`* * * ${month} *`, timeZone),
    };
  } catch {
    return undefined;
  }
}

/**
 * When both kinds of days are restricted, either will do: cron's old rule, which Kubernetes keeps. node-cron wants
 * both, so it is asked twice.
 */
function daysOf(dayOfMonth: string, dayOfWeek: string): [string, string][] {
  const restricted = !dayOfMonth.startsWith('*') && !dayOfWeek.startsWith('*');
  if (!restricted) return [[dayOfMonth, dayOfWeek]];
  return [
    [dayOfMonth, '*'],
    ['*', dayOfWeek],
  ];
}

function question(expression: string, timeZone: string | undefined): (ms: number) => boolean {
  const task = createTask(expression, () => undefined, timeZone === undefined ? {} : { timezone: timeZone });
  // Takes it off node-cron's list of tasks, which would grow for ever; it still answers.
  void task.destroy();
  task.match(new Date(0));
  return (ms) => task.match(new Date(ms));
}

/** Spellings that Kubernetes knows and node-cron does not: `?`, and a start with a step but no end. */
function normalField(field: string, index: number): string {
  return field
    .split(',')
    .map((part) => part.replace(/^\?/, '*').replace(/^([^*/-]+)\//, `$1-${FIELD_MAX[index] ?? ''}/`))
    .join(',');
}
