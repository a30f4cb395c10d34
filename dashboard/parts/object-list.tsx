// The list of one kind in the namespace that is looked at.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { LiveObject } from '../live/collection-state.ts';
import { useListHere } from '../live/use-live.ts';
import { Card } from './card.tsx';
import { DataTable, type Column } from './data-table.tsx';
import { NameFilter } from './name-filter.tsx';
import { View } from './view.tsx';
import type { ResourceWord } from '../request/resource-paths.ts';
import { objectHref } from '../shell/route.ts';

interface ObjectListProps<T> {
  word: ResourceWord;
  title: string;
  lead: string;
  columns: readonly Column<T>[];
  empty: string;
  /** Names and labels only. */
  metadataOnly?: boolean;
}

/** The list. */
export function ObjectList<T extends LiveObject>(props: ObjectListProps<T>): JSX.Element {
  const { word, title, lead, columns, empty, metadataOnly = false } = props;
  const { items, synced, problem } = useListHere<T>(word, metadataOnly ? { metadataOnly } : {});
  const [text, setText] = useState('');
  const shown = items.filter(({ metadata }) => (metadata.name ?? '').includes(text.toLowerCase()));
  return (
    <View
      title={title}
      lead={lead}
      actions={<NameFilter label={`Filter ${title}`} value={text} onChange={setText} />}
    >
      <Card flush>
        <DataTable
          label={title}
          rows={shown}
          synced={synced}
          problem={problem}
          columns={columns}
          keyOf={({ metadata }) => metadata.uid ?? ''}
          href={({ metadata: { namespace, name = '' } }) => objectHref(word, namespace, name)}
          empty={items.length === 0 ? empty : 'None is called that.'}
        />
      </Card>
    </View>
  );
}
