// The columns that each list of objects begins and ends with.
import type { LiveObject } from '../live/collection-state.ts';
import { Age } from './age.tsx';
import type { Column } from './data-table.tsx';

/** Name, namespace, what is between, age. */
export function withNames<T extends LiveObject>(columns: readonly Column<T>[]): readonly Column<T>[] {
  return [
    {
      head: 'Name',
      width: 'minmax(8rem, 1.5fr)',
      narrow: 'minmax(5rem, 1.5fr)',
      cell: ({ metadata }) => metadata.name,
      sort: ({ metadata }) => metadata.name,
    },
    {
      head: 'Namespace',
      wide: true,
      width: 'minmax(6.2rem, 1fr)',
      cell: ({ metadata }) => metadata.namespace,
      sort: ({ metadata }) => metadata.namespace,
    },
    ...columns,
    {
      head: 'Age',
      wide: true,
      width: '5rem',
      cell: ({ metadata }) => <Age since={metadata.creationTimestamp} />,
      sort: ({ metadata }) => metadata.creationTimestamp ?? undefined,
    },
  ];
}
