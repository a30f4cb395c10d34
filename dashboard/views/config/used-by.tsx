// The pods that use a ConfigMap or Secret.
import type { Pod } from '@gantry/api/kinds/pod';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { useList } from '../../live/use-live.ts';
import { Card, Empty } from '../../parts/card.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { objectHref } from '../../shell/route.ts';
import { podsUsing, type PodUse } from './pods-using.ts';

const COLUMNS: readonly Column<PodUse>[] = [
  {
    head: 'Pod',
    width: 'minmax(8rem, 2fr)',
    cell: ({ pod }) => pod.metadata.name,
    sort: ({ pod }) => pod.metadata.name,
  },
  { head: 'As', cell: ({ how }) => how.join(', ') },
];

interface UsedByProps {
  kind: 'ConfigMap' | 'Secret';
  namespace: string;
  name: string;
}

/** The card. */
export function UsedBy({ kind, namespace, name }: UsedByProps): JSX.Element {
  const pods = useList<Pod>('pods', { namespace });
  const uses = useMemo(
    () => podsUsing(pods.items, { kind, namespace, name }),
    [pods.items, kind, namespace, name],
  );
  const isInEnvironment = uses.some(({ how }) => how.includes('environment'));
  return (
    <Card title="Used by" flush>
      <DataTable
        label="Pods that use it"
        rows={uses}
        synced={pods.synced}
        problem={pods.problem}
        columns={COLUMNS}
        keyOf={({ pod }) => pod.metadata.uid ?? ''}
        href={({ pod }) => objectHref('pods', namespace, pod.metadata.name ?? '')}
        empty="No pod uses it."
        maxRows={8}
      />
      {isInEnvironment ? (
        <Empty>Files are renewed in place. Environments are not: their containers have to start anew.</Empty>
      ) : null}
    </Card>
  );
}
