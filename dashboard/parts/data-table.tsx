// A table of any length: only the rows in sight are in the document. Sorted by a click on a column's head, by keyboard too.
import { Component, type ComponentChildren, type JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { Empty } from './card.tsx';
import { sortRows, type SortKey } from './sort-rows.ts';
import { useVirtual } from './use-virtual.ts';

/** One column. */
export interface Column<T> {
  head: string;
  cell: (row: T) => ComponentChildren;
  /** What it is sorted by; without it, it is not. */
  sort?: (row: T) => SortKey;
  /** As in CSS grids: `2fr`, `8rem`; `1fr` when absent. */
  width?: string;
  /** The same on narrow screens, where it is another. */
  narrow?: string;
  /** Left out on narrow screens; `very`: on all but wide ones. */
  wide?: boolean | 'very';
  align?: 'end';
}

interface TableProps<T> {
  /** What is listed, for those who cannot see it. */
  label: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  keyOf: (row: T) => string;
  /** Where a row leads. */
  href?: (row: T) => string;
  /** What to say when there is nothing. */
  empty: ComponentChildren;
  /** False while the list is not known yet. */
  synced?: boolean;
  problem?: string | undefined;
  /** Height of the part in sight; the rest is scrolled. */
  maxRows?: number;
}

const ROW_PX = 38;
const ROWS_IN_SIGHT = 18;

/** A table. */
export function DataTable<T>(props: TableProps<T>): JSX.Element {
  const { rows, columns, problem, synced = true, maxRows = ROWS_IN_SIGHT } = props;
  const [order, setOrder] = useState<{ column: number; down: boolean } | undefined>(undefined);
  const sorted = useMemo(() => {
    const key = order === undefined ? undefined : columns[order.column]?.sort;
    return key === undefined || order === undefined ? rows : sortRows(rows, key, order.down);
  }, [rows, order, columns]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtual({ count: sorted.length, scroller, rowPx: ROW_PX, rowsInSight: ROWS_IN_SIGHT });
  if (problem !== undefined) return <Empty>{problem}</Empty>;
  if (rows.length === 0) return <Empty>{synced ? props.empty : 'Loading …'}</Empty>;
  return (
    <div
      class="table"
      role="table"
      aria-label={props.label}
      aria-rowcount={sorted.length + 1}
      style={{
        '--columns': templateOf(columns),
        '--columns-medium': templateOf(columns.filter(({ wide }) => wide !== 'very')),
        '--columns-narrow': templateOf(columns.filter(({ wide = false }) => wide === false).map(onNarrow)),
      }}
    >
      <Head columns={columns} order={order} onOrder={setOrder} />
      <div
        class="table-scroll"
        role="rowgroup"
        ref={scroller}
        tabIndex={0}
        style={{ maxHeight: `${maxRows * ROW_PX}px` }}
      >
        <div class="table-space" role="presentation" style={{ height: `${virtual.getTotalSize()}px` }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = sorted[index];
            if (row === undefined) return null;
            const to = props.href?.(row);
            return <Row key={props.keyOf(row)} {...{ row, index, start, columns, to }} />;
          })}
        </div>
      </div>
    </div>
  );
}

function onNarrow<T>({ width, narrow = width, ...column }: Column<T>): Column<T> {
  return { ...column, ...(narrow === undefined ? {} : { width: narrow }) };
}

function templateOf<T>(columns: readonly Column<T>[]): string {
  return columns.map(({ width }) => width ?? 'minmax(0, 1fr)').join(' ');
}

function Head<T>({ columns, order, onOrder }: HeadProps<T>): JSX.Element {
  return (
    <div class="table-head" role="rowgroup">
      <div class="table-row" role="row">
        {columns.map(({ head, sort, wide, align }, column) => {
          const down = order?.column === column ? order.down : undefined;
          return (
            <div
              key={head}
              role="columnheader"
              class={cellClass(wide, align)}
              aria-sort={down === undefined ? 'none' : down ? 'descending' : 'ascending'}
            >
              {sort === undefined ? (
                head
              ) : (
                <button type="button" onClick={() => onOrder({ column, down: down === false })}>
                  {head}
                  <span aria-hidden="true">{down === undefined ? '' : down ? ' ↓' : ' ↑'}</span>
                </button>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface HeadProps<T> {
  columns: readonly Column<T>[];
  order: { column: number; down: boolean } | undefined;
  onOrder: (order: { column: number; down: boolean }) => void;
}

/**
 * One row. It is drawn anew only when something of it is other: a step of scrolling draws the rows that come into sight, and a
 * change those that it is about. To hand over the same element instead would keep alive all that was there when it was made.
 */
class Row<T> extends Component<RowProps<T>> {
  override shouldComponentUpdate(next: RowProps<T>, state: object): boolean {
    const { row, index, start, columns, to } = this.props;
    return (
      // A signal that a cell has read: it asks for it through the state.
      state !== this.state ||
      row !== next.row ||
      index !== next.index ||
      start !== next.start ||
      columns !== next.columns ||
      to !== next.to
    );
  }

  override render({ row, index, start, columns, to }: RowProps<T>): JSX.Element {
    return (
      <div
        class="table-row"
        role="row"
        aria-rowindex={index + 2}
        style={{ transform: `translateY(${start}px)` }}
      >
        {columns.map(({ head, cell, wide, align }, at) => (
          <div key={head} role="cell" class={cellClass(wide, align)}>
            {at === 0 && to !== undefined ? <a href={to}>{cell(row)}</a> : cell(row)}
          </div>
        ))}
      </div>
    );
  }
}

interface RowProps<T> extends Pick<TableProps<T>, 'columns'> {
  row: T;
  index: number;
  start: number;
  to: string | undefined;
}

function cellClass(wide: Column<never>['wide'], align: 'end' | undefined): string {
  return ['cell', wide === true ? 'wide' : wide === 'very' ? 'wide very' : '', align ?? '']
    .filter((name) => name !== '')
    .join(' ');
}
