// Entries of a timeline as rows. Pure.
import type { TimelineClock, TimelineEntry } from '@gantry/api/timeline/timeline-entry';

export interface RowOptions {
  wide: boolean;
}

const HEAD = ['TIME', 'WHERE', 'WHO', 'OBJECT', 'WHAT'];
const WIDE_HEAD = ['TIME', 'REVISION', 'REQUEST', 'WHERE', 'WHO', 'OBJECT', 'WHAT'];
const NONE = '-';

/** The names of the columns. */
export function timelineHead({ wide }: RowOptions): string[] {
  return wide ? WIDE_HEAD : HEAD;
}

/** One entry. Warnings are marked. */
export function timelineRow(entry: TimelineEntry, { wide }: RowOptions): string[] {
  const { time, who, object, severity, revision, requestId = NONE } = entry;
  const what = `${severity === 'Warning' ? '! ' : ''}${entry.what.replaceAll(/\s+/g, ' ')}`;
  const more = wide ? [revision === undefined ? NONE : String(revision), requestId] : [];
  const named = `${object.kind.toLowerCase()}/${object.name}`;
  return [time, ...more, whereText(entry), who === '' ? NONE : who, named, what];
}

/** `node-2 (1h behind)` where the machine's clock is off. */
function whereText({ where, skewMs }: TimelineEntry): string {
  return skewMs === undefined ? where : `${where} (${skewText(skewMs)})`;
}

/** `1h behind`, `2.5s ahead`. */
export function skewText(skewMs: number): string {
  return `${lengthText(Math.abs(skewMs))} ${skewMs < 0 ? 'behind' : 'ahead'}`;
}

const UNITS: readonly { ms: number; name: string }[] = [
  { ms: 86_400_000, name: 'd' },
  { ms: 3_600_000, name: 'h' },
  { ms: 60_000, name: 'm' },
  { ms: 1_000, name: 's' },
];

function lengthText(ms: number): string {
  const unit = UNITS.find((each) => ms >= each.ms);
  if (unit === undefined) return `${Math.round(ms)}ms`;
  return `${Number((ms / unit.ms).toFixed(1))}${unit.name}`;
}

/** A sentence for each machine whose clock is off. */
export function clockSentences(clocks: readonly TimelineClock[]): string[] {
  return clocks.map(
    ({ where, skewMs }) =>
      `The clock of ${where} is ${skewText(skewMs)}; its entries are in their place all the same.`,
  );
}
