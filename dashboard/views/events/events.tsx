// What has happened lately in the namespace that is looked at, live: line by line, or counted by kind and reason.
import type { Event } from '@gantry/api/kinds/event';
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { useListHere } from '../../live/use-live.ts';
import { Age } from '../../parts/age.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { NameFilter } from '../../parts/name-filter.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { View } from '../../parts/view.tsx';
import { RESOURCES, resourceOfKind } from '../../request/resource-paths.ts';
import { objectHref } from '../../shell/route.ts';
import {
  eventGroups,
  eventLines,
  kindsOf,
  type EventFilter,
  type EventGroup,
  type EventLine,
} from './event-groups.ts';

const LINES: readonly Column<EventLine>[] = [
  {
    head: 'Reason',
    width: 'minmax(7rem, 11rem)',
    cell: ({ reason, isWarning }) => (
      <Badge tone={isWarning ? 'warn' : 'quiet'}>{reason === '' ? 'Event' : reason}</Badge>
    ),
    sort: ({ reason }) => reason,
  },
  {
    head: 'Object',
    width: 'minmax(7rem, 1fr)',
    cell: (line) => <ObjectLink line={line} />,
    sort: ({ kind, name }) => `${kind} ${name}`,
  },
  {
    head: 'What',
    width: 'minmax(8rem, 3fr)',
    wide: true,
    cell: ({ message }) => <span title={message}>{message}</span>,
  },
  {
    head: 'Times',
    wide: true,
    width: '4.5rem',
    align: 'end',
    cell: ({ count }) => count,
    sort: ({ count }) => count,
  },
  {
    head: 'Last',
    width: '4.5rem',
    align: 'end',
    cell: ({ lastMs }) => <When ms={lastMs} />,
    sort: ({ lastMs }) => lastMs,
  },
];

const GROUPS: readonly Column<EventGroup>[] = [
  {
    head: 'Reason',
    width: 'minmax(7rem, 2fr)',
    narrow: 'minmax(6rem, 2fr)',
    cell: ({ reason, isWarning }) => <Badge tone={isWarning ? 'warn' : 'quiet'}>{reason}</Badge>,
    sort: ({ reason }) => reason,
  },
  { head: 'Kind', width: 'minmax(3.6rem, 1fr)', cell: ({ kind }) => kind, sort: ({ kind }) => kind },
  {
    head: 'Times',
    width: '5rem',
    narrow: '3.6rem',
    align: 'end',
    cell: ({ times }) => times,
    sort: ({ times }) => times,
  },
  {
    head: 'Objects',
    wide: true,
    width: '5rem',
    align: 'end',
    cell: ({ objects }) => objects,
    sort: ({ objects }) => objects,
  },
  {
    head: 'Last',
    width: '5rem',
    narrow: '4rem',
    align: 'end',
    cell: ({ lastMs }) => <When ms={lastMs} />,
    sort: ({ lastMs }) => lastMs,
  },
];

/** The view. */
export default function Events(): JSX.Element {
  const { items, synced, problem } = useListHere<Event>('events');
  const [filter, setFilter] = useState<EventFilter>({ kind: '', warningsOnly: false, text: '' });
  const lines = useMemo(() => eventLines(items, filter), [items, filter]);
  const groups = useMemo(() => eventGroups(lines), [lines]);
  const common = {
    synced,
    problem,
    empty: 'Nothing of this has happened lately: Events go away after a while.',
  };
  return (
    <View
      title="Events"
      lead="What the parts of the cluster have told of objects lately."
      actions={<FilterFields filter={filter} kinds={kindsOf(items)} onChange={setFilter} />}
    >
      <Tabs
        label="How they are shown"
        tabs={[
          {
            id: 'lines',
            label: 'One by one',
            content: () => (
              <Card flush>
                <DataTable label="Events" {...common} rows={lines} columns={LINES} keyOf={({ key }) => key} />
              </Card>
            ),
          },
          {
            id: 'groups',
            label: 'Counted',
            content: () => (
              <Card flush>
                <DataTable
                  label="Events by reason"
                  {...common}
                  rows={groups}
                  columns={GROUPS}
                  keyOf={({ kind, reason, isWarning }) => `${kind} ${reason} ${isWarning}`}
                />
              </Card>
            ),
          },
        ]}
      />
    </View>
  );
}

interface FilterFieldsProps {
  filter: EventFilter;
  kinds: readonly string[];
  onChange: (filter: EventFilter) => void;
}

function FilterFields({ filter, kinds, onChange }: FilterFieldsProps): JSX.Element {
  return (
    <>
      <label class="picker">
        <input
          type="checkbox"
          checked={filter.warningsOnly}
          onChange={({ currentTarget }) => onChange({ ...filter, warningsOnly: currentTarget.checked })}
        />
        Warnings only
      </label>
      <select
        aria-label="Kind of object"
        value={filter.kind}
        onChange={({ currentTarget }) => onChange({ ...filter, kind: currentTarget.value })}
      >
        <option value="">All kinds</option>
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {kind}
          </option>
        ))}
      </select>
      <NameFilter
        label="Search events"
        value={filter.text}
        onChange={(text) => onChange({ ...filter, text })}
      />
    </>
  );
}

function ObjectLink({ line: { kind, namespace, name } }: { line: EventLine }): JSX.Element {
  const word = resourceOfKind(kind);
  const title = `${kind} ${name}`;
  return (
    <span title={title}>
      {word === undefined ? (
        name
      ) : (
        <a href={objectHref(word, RESOURCES[word].namespaced ? namespace : undefined, name)}>{name}</a>
      )}{' '}
      <span class="quiet">{kind}</span>
    </span>
  );
}

function When({ ms }: { ms: number }): JSX.Element {
  return <Age since={ms === 0 ? undefined : new Date(ms).toISOString()} />;
}
