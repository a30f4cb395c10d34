// All flags of the namespace that is looked at.
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { useListHere } from '../../live/use-live.ts';
import { Card } from '../../parts/card.tsx';
import { FilterTabs, useFilter, type Filter } from '../../parts/filter-tabs.tsx';
import { NameFilter } from '../../parts/name-filter.tsx';
import { View } from '../../parts/view.tsx';
import { usePage } from '../../shell/page.ts';
import { flagRowsOf, type FlagRow } from './flag-rows.ts';
import { FlagTable } from './flag-table.tsx';

const FILTERS: readonly Filter<FlagRow>[] = [
  { id: 'all', label: 'All', keeps: () => true },
  { id: 'enabled', label: 'Enabled', keeps: ({ standing }) => standing.word === 'Enabled' },
  { id: 'disabled', label: 'Disabled', keeps: ({ standing }) => standing.word === 'Disabled' },
  { id: 'killed', label: 'Killed', keeps: ({ standing }) => standing.word === 'Killed' },
];
/** Schedules are heeded to the minute here; programs get them to the moment. */
const MINUTE_MS = 60_000;

/** The list. */
export function FlagList(): JSX.Element {
  const { nowMs } = usePage();
  const flags = useListHere<FeatureFlag>('featureflags');
  const rollouts = useListHere<Rollout>('rollouts');
  const [text, setText] = useState('');
  const filter = useFilter(FILTERS);
  const minute = Math.floor(nowMs.value / MINUTE_MS);
  const rows = useMemo(
    () => flagRowsOf(flags.items, rollouts.items, minute * MINUTE_MS),
    [flags.items, rollouts.items, minute],
  );
  const wanted = text.toLowerCase();
  const shown = rows.filter(
    (row) => filter.keeps(row) && `${row.key} ${row.object}`.toLowerCase().includes(wanted),
  );
  return (
    <View
      title="Feature flags"
      lead="What programs ask for at run time, and who gets which answer."
      actions={<NameFilter label="Filter flags" value={text} onChange={setText} />}
    >
      <FilterTabs label="Which flags" filters={FILTERS} rows={rows} />
      <Card flush>
        <FlagTable rows={shown} synced={flags.synced} problem={flags.problem} ofMany />
      </Card>
    </View>
  );
}
