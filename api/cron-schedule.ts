// Checks the text of a schedule: five fields, or a word such as @daily. Pure syntax: when a schedule is due is the
// control plane's business.

interface CronField {
  name: string;
  min: number;
  max: number;
  words?: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const FIELDS: readonly CronField[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, words: ['', ...MONTHS] },
  { name: 'day of week', min: 0, max: 7, words: DAYS },
];

/** What the words stand for. */
export const CRON_WORDS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const TEXT_MAX = 256;

/** @returns what is wrong with the schedule and what would be right; undefined when it can be followed. */
export function cronProblem(schedule: string): string | undefined {
  if (schedule.length > TEXT_MAX) return `must be no more than ${TEXT_MAX} characters`;
  if (schedule.startsWith('@')) {
    const words = Object.keys(CRON_WORDS);
    return words.includes(schedule) ? undefined : `must be five fields or one of ${words.join(', ')}`;
  }
  if (/^(?:CRON_)?TZ=/.test(schedule)) return 'must not name a time zone: set spec.timeZone instead';
  const parts = schedule.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) {
    return `must have five fields (minute, hour, day of month, month, day of week; e.g. '*/5 * * * *'), has ${schedule.trim() === '' ? 0 : parts.length}`;
  }
  for (const [index, field] of FIELDS.entries()) {
    const problem = fieldProblem(parts[index] ?? '', field);
    if (problem !== undefined) return `its ${field.name} ${problem}`;
  }
  return undefined;
}

function fieldProblem(text: string, field: CronField): string | undefined {
  for (const part of text.split(',')) {
    const problem = partProblem(part, field);
    if (problem !== undefined) return `'${part}' ${problem}`;
  }
  return undefined;
}

/** One of `*`, `5`, `1-5`, each with an optional step. */
function partProblem(part: string, field: CronField): string | undefined {
  const [range = '', step, ...more] = part.split('/');
  if (more.length > 0) return 'has more than one step';
  if (step !== undefined && !/^[1-9]\d{0,3}$/.test(step)) return 'has a step that is no positive number';
  if (range === '*' || range === '?') return undefined;
  const [low = '', high = low, ...rest] = range.split('-');
  if (rest.length > 0) return "has more than one '-'";
  const [from, to] = [numberOf(low, field), numberOf(high, field)];
  if (from === undefined || to === undefined) return `must lie between ${field.min} and ${field.max}`;
  return from > to ? 'begins after it ends' : undefined;
}

function numberOf(text: string, field: CronField): number | undefined {
  const word = field.words?.indexOf(text.toUpperCase()) ?? -1;
  if (text !== '' && word >= 0) return word;
  if (!/^\d{1,2}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= field.min && value <= field.max ? value : undefined;
}

/** @returns what is wrong with the name of a time zone; undefined when it is known. */
export function timeZoneProblem(name: string): string | undefined {
  const problem = "must be a known time zone such as 'Europe/Berlin' or 'Etc/UTC'";
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/.test(name) || name.toLowerCase() === 'local')
    return problem;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return undefined;
  } catch {
    return problem;
  }
}
