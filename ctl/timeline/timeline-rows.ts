// Entries of a timeline as rows. Pure.
import { skewText } from '@gantry/api/timeline/clock-text';
import type { TimelineEntry } from '@gantry/api/timeline/timeline-entry';

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
