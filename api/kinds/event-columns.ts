// What `get events` shows.
import type { Column } from '../definition.ts';
import { sinceText } from './columns.ts';
import type { Event } from './event.ts';

const text = (
  name: string,
  description: string,
  value: (event: Event, nowMs: number) => string,
  priority: 0 | 1 = 0,
): Column<Event> => ({ name, type: 'string', description, priority, value });

export const eventColumns: readonly Column<Event>[] = [
  text('Last Seen', 'Time since it happened last.', (event, nowMs) => sinceText(lastSeen(event), nowMs)),
  text('Type', 'Normal or Warning.', ({ type }) => type ?? ''),
  text('Reason', 'What happened, in one word.', ({ reason }) => reason ?? ''),
  text('Object', 'The object to which it happened.', objectText),
  text('Subobject', 'Part of the object.', ({ involvedObject }) => involvedObject.fieldPath ?? '', 1),
  text('Source', 'Who reports.', sourceText, 1),
  text('Message', 'What happened, in a sentence.', ({ message }) => (message ?? '').trim()),
  text(
    'First Seen',
    'Time since it happened first.',
    (event, nowMs) => sinceText(firstSeen(event), nowMs),
    1,
  ),
  { name: 'Count', type: 'string', description: 'How often it happened.', priority: 1, value: eventCount },
  text('Name', 'Name of the event.', ({ metadata }) => metadata.name ?? '', 1),
];

/** When it happened first. */
export const firstSeen = (event: Event): string | undefined => event.firstTimestamp ?? event.eventTime;

/** When it happened last. */
export const lastSeen = (event: Event): string | undefined =>
  event.series?.lastObservedTime ?? event.lastTimestamp ?? firstSeen(event);

/** How often it happened. */
export function eventCount(event: Event): number {
  return event.series?.count ?? event.count ?? 1;
}

function objectText({ involvedObject }: Event): string {
  const kind = (involvedObject.kind ?? '').toLowerCase();
  const name = involvedObject.name ?? '';
  return name === '' ? kind : `${kind}/${name}`;
}

function sourceText({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source?.component ?? reportingComponent ?? '';
  const host = source?.host ?? reportingInstance ?? '';
  return host === '' ? component : `${component}, ${host}`;
}
