// Flags as a table: all of a namespace, or those of one FeatureFlag.
import type { JSX } from 'preact';
import { Badge } from '../../parts/badge.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { flagHref } from './flag-href.ts';
import type { FlagRow } from './flag-rows.ts';

const COLUMNS: readonly Column<FlagRow>[] = [
  { head: 'Flag', width: 'minmax(8rem, 2fr)', cell: ({ key }) => key, sort: ({ key }) => key },
  {
    head: 'State',
    width: '6.5rem',
    cell: ({ standing }) => <Badge tone={standing.tone}>{standing.word}</Badge>,
    sort: ({ standing }) => standing.word,
  },
  {
    head: 'Serves',
    width: 'minmax(5rem, 1fr)',
    cell: ({ standing }) => standing.variant ?? <span class="quiet">code’s own</span>,
    sort: ({ standing }) => standing.variant,
  },
  { head: 'Type', width: '5.5rem', wide: true, cell: ({ type }) => type, sort: ({ type }) => type },
  {
    head: 'Targeting',
    width: '7rem',
    wide: true,
    cell: ({ flag }) => Object.keys(flag.targeting ?? {})[0] ?? <span class="quiet">none</span>,
  },
  {
    head: 'Rollouts',
    wide: true,
    cell: ({ uses }) =>
      uses.length === 0 ? (
        <span class="quiet">none</span>
      ) : (
        [...new Set(uses.map((use) => use.rollout))].join(', ')
      ),
    sort: ({ uses }) => uses.length,
  },
];

const OBJECT_COLUMNS: readonly Column<FlagRow>[] = [
  { head: 'FeatureFlag', wide: true, cell: ({ object }) => object, sort: ({ object }) => object },
  { head: 'Namespace', wide: true, cell: ({ namespace }) => namespace, sort: ({ namespace }) => namespace },
];
const ALL_COLUMNS = [...COLUMNS, ...OBJECT_COLUMNS];

interface FlagTableProps {
  rows: readonly FlagRow[];
  synced: boolean;
  problem?: string | undefined;
  /** Whether they are of several objects. */
  ofMany: boolean;
}

/** The table. */
export function FlagTable({ rows, synced, problem, ofMany }: FlagTableProps): JSX.Element {
  return (
    <DataTable
      label="Feature flags"
      rows={rows}
      synced={synced}
      problem={problem}
      columns={ofMany ? ALL_COLUMNS : COLUMNS}
      keyOf={({ namespace, object, key }) => `${namespace}/${object}/${key}`}
      href={({ namespace, object, key }) => flagHref(namespace, object, key)}
      empty="There are no flags here. A FeatureFlag holds them: “Create” takes its YAML, and manifests/examples has one."
    />
  );
}
