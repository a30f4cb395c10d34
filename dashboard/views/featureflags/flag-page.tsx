// One flag: how it stands and what can be done, its variants, what it is for whom, who heeds it, and its history.
import { ownField } from '@gantry/api/json-value';
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { useList } from '../../live/use-live.ts';
import { Badge } from '../../parts/badge.tsx';
import { Card, Empty, Facts } from '../../parts/card.tsx';
import { ObjectPlace } from '../../parts/object-place.tsx';
import { useFocusBack } from '../../parts/use-focus-back.ts';
import { View } from '../../parts/view.tsx';
import { RESOURCES } from '../../request/resource-paths.ts';
import { usePage } from '../../shell/page.ts';
import { objectHref } from '../../shell/route.ts';
import { ExposurePanel } from './exposure-panel.tsx';
import { FlagActions } from './flag-actions.tsx';
import { FlagEditor } from './flag-editor.tsx';
import { FlagRelations } from './flag-relations.tsx';
import { flagRowsOf, type FlagRow } from './flag-rows.ts';
import { HistoryPanel } from './history-panel.tsx';
import { TryFlag } from './try-flag.tsx';
import { VariantsCard } from './variants-card.tsx';

interface FlagPageProps {
  namespace: string | undefined;
  name: string;
  flagKey: string;
}

/** The page. */
export function FlagPage({ namespace, name, flagKey }: FlagPageProps): JSX.Element {
  const crumb = { href: objectHref('featureflags', namespace, name), text: name };
  return (
    <ObjectPlace<FeatureFlag> word="featureflags" namespace={namespace} name={name} crumb={crumb}>
      {(object) =>
        ownField(object.spec.flagSpec.flags, flagKey) === undefined ? (
          <View title={flagKey} crumb={crumb}>
            <Empty>This FeatureFlag has no flag of that key, or no longer.</Empty>
          </View>
        ) : (
          <Shown object={object} flagKey={flagKey} crumb={crumb} />
        )
      }
    </ObjectPlace>
  );
}

interface ShownProps {
  object: FeatureFlag;
  flagKey: string;
  crumb: { href: string; text: string };
}

function Shown({ object, flagKey, crumb }: ShownProps): JSX.Element | null {
  const { access } = usePage();
  const [editing, setEditing] = useState(false);
  const button = useFocusBack(editing);
  const row = useRow(object, flagKey);
  if (row === undefined) return null;
  const { namespace, name = '' } = object.metadata;
  const mayEdit = access.may('update', RESOURCES.featureflags, namespace, name);
  return (
    <View
      title={flagKey}
      crumb={crumb}
      lead={`A ${row.type} flag of FeatureFlag ${name} in ${namespace ?? ''}`}
      actions={
        <>
          <FlagActions object={object} row={row} />
          {mayEdit && !editing ? (
            <button ref={button} type="button" class="button plain" onClick={() => setEditing(true)}>
              Edit
            </button>
          ) : null}
        </>
      }
    >
      {editing ? <FlagEditor object={object} flagKey={flagKey} onDone={() => setEditing(false)} /> : null}
      <StandingCard row={row} />
      <div class="grid">
        <VariantsCard object={object} row={row} />
        <TryFlag namespace={namespace ?? ''} flagKey={flagKey} />
      </div>
      <FlagRelations object={object} row={row} />
      <ExposurePanel object={object} flagKey={flagKey} />
      <HistoryPanel object={object} flagKey={flagKey} />
    </View>
  );
}

/** Anew each minute: a schedule may have come to its time. */
function useRow(object: FeatureFlag, flagKey: string): FlagRow | undefined {
  const { nowMs } = usePage();
  const { namespace } = object.metadata;
  const rollouts = useList<Rollout>('rollouts', namespace === undefined ? {} : { namespace });
  const minute = Math.floor(nowMs.value / 60_000);
  return useMemo(
    () => flagRowsOf([object], rollouts.items, nowMs.peek()).find(({ key }) => key === flagKey),
    [object, rollouts.items, flagKey, minute],
  );
}

function StandingCard({ row: { standing, flag } }: { row: FlagRow }): JSX.Element {
  return (
    <Card>
      <Facts
        rows={[
          ['State', <Badge tone={standing.tone}>{standing.word}</Badge>],
          [
            standing.word === 'Enabled' ? 'By default' : 'Serves',
            standing.variant ?? 'the value in each program’s own code',
          ],
          [
            'Targeting',
            Object.keys(flag.targeting ?? {}).length === 0 ? 'none: all get the same' : 'by rules, below',
          ],
        ]}
      />
    </Card>
  );
}
