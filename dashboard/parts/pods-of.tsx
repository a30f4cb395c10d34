// The pods that belong to an object, by its selector.
import type { Pod } from '@gantry/api/kinds/pod';
import type { JSX } from 'preact';
import { useList } from '../live/use-live.ts';
import { Card } from './card.tsx';
import { PodsTable } from './pods-table.tsx';

/** @param labelSelector as text; with '' nothing is looked at: it would select all pods there are. */
export function PodsOf({ namespace, labelSelector }: PodsOfProps): JSX.Element {
  const { items, synced, problem } = useList<Pod>(
    'pods',
    labelSelector === '' ? undefined : { namespace, labelSelector },
  );
  return (
    <Card title="Pods" flush>
      <PodsTable
        pods={items}
        synced={synced}
        problem={problem}
        namespace={namespace}
        leaveOut={['namespace']}
        maxRows={10}
        empty="It has no pods."
      />
    </Card>
  );
}

interface PodsOfProps {
  namespace: string;
  labelSelector: string;
}
