// All pods of the namespace that is looked at.
import type { Pod } from '@gantry/api/kinds/pod';
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { useListHere } from '../../live/use-live.ts';
import { Card } from '../../parts/card.tsx';
import { FilterTabs, useFilter, type Filter } from '../../parts/filter-tabs.tsx';
import { NameFilter } from '../../parts/name-filter.tsx';
import { hasEnded, podStatus, podTone } from '../../parts/pod-words.ts';
import { PodsTable } from '../../parts/pods-table.tsx';
import { View } from '../../parts/view.tsx';
import { usePage } from '../../shell/page.ts';

const FILTERS: readonly Filter<Pod>[] = [
  { id: 'all', label: 'All', keeps: () => true },
  { id: 'trouble', label: 'In trouble', keeps: (pod) => ['bad', 'warn'].includes(podTone(pod)) },
  { id: 'changing', label: 'Coming or going', keeps: (pod) => podTone(pod) === 'busy' },
  { id: 'ended', label: 'Ended', keeps: hasEnded },
];

/** The list. */
export function PodList(): JSX.Element {
  const { namespace } = usePage();
  const { items, synced, problem } = useListHere<Pod>('pods');
  const [text, setText] = useState('');
  const filter = useFilter(FILTERS);
  const shown = useMemo(
    () => items.filter((pod) => filter.keeps(pod) && holds(pod, text)),
    [items, filter, text],
  );
  const here = namespace.value;
  return (
    <View title="Pods" actions={<NameFilter label="Filter pods" value={text} onChange={setText} />}>
      <FilterTabs label="Which pods" filters={FILTERS} rows={items} />
      <Card flush>
        <PodsTable
          pods={shown}
          synced={synced}
          problem={problem}
          namespace={here}
          leaveOut={here === '' ? [] : ['namespace']}
          empty={items.length === 0 ? 'There are no pods here.' : 'No pod is like that.'}
        />
      </Card>
    </View>
  );
}

function holds(pod: Pod, text: string): boolean {
  if (text === '') return true;
  const { metadata, spec, status } = pod;
  return [metadata.name, spec.nodeName, status?.podIP, podStatus(pod)].some((value) =>
    (value ?? '').toLowerCase().includes(text.toLowerCase()),
  );
}
