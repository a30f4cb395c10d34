// What has happened to one object, live.
import type { Event } from '@gantry/api/kinds/event';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { useList } from '../live/use-live.ts';
import { Age } from './age.tsx';
import { Badge } from './badge.tsx';
import { Card, Empty } from './card.tsx';
import { eventRows, EVENTS_SHOWN_MAX, type EventRow } from './event-rows.ts';

interface EventsOfProps {
  /** Undefined for objects outside of namespaces: their events may be in any. */
  namespace?: string | undefined;
  kind: string;
  name: string;
  /** Leaves out what happened to an earlier object of the same name. */
  uid?: string | undefined;
}

/** A card with the events of an object, the latest first. */
export function EventsOf({ namespace, kind, name, uid }: EventsOfProps): JSX.Element {
  const { items, synced, problem } = useList<Event>('events', {
    ...(namespace === undefined ? {} : { namespace }),
    fieldSelector: `involvedObject.kind=${kind},involvedObject.name=${name}`,
  });
  const rows = useMemo(() => eventRows(items, uid), [items, uid]);
  return (
    <Card title="Events">
      {rows.length === 0 ? (
        <Empty>
          {problem ?? (synced ? 'Nothing has happened lately: events go away after a while.' : 'Loading …')}
        </Empty>
      ) : (
        <ul class="events">
          {rows.slice(0, EVENTS_SHOWN_MAX).map((row) => (
            <EventItem key={row.key} row={row} />
          ))}
        </ul>
      )}
      {rows.length > EVENTS_SHOWN_MAX ? (
        <p class="quiet">and {rows.length - EVENTS_SHOWN_MAX} older ones</p>
      ) : null}
    </Card>
  );
}

function EventItem({ row }: { row: EventRow }): JSX.Element {
  return (
    <li>
      <Badge tone={row.isWarning ? 'warn' : 'quiet'}>{row.reason === '' ? 'Event' : row.reason}</Badge>
      <span class="event-message">{row.message}</span>
      <span class="quiet event-when">
        <Age since={row.last} /> ago
        {row.count > 1 ? `, ${row.count} times` : ''}
        {row.source === '' ? '' : ` · ${row.source}`}
      </span>
    </li>
  );
}
