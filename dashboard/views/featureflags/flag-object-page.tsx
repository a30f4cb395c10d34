// One FeatureFlag: its flags, every change of it, how often they are asked for.
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { useList } from '../../live/use-live.ts';
import { Age } from '../../parts/age.tsx';
import { Card, Facts } from '../../parts/card.tsx';
import { DeleteButton } from '../../parts/delete-button.tsx';
import { EventsOf } from '../../parts/events-of.tsx';
import { LabelsCard } from '../../parts/labels.tsx';
import { crumbOf, ObjectPlace } from '../../parts/object-place.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { View } from '../../parts/view.tsx';
import { YamlTab } from '../../parts/yaml-tab.tsx';
import { usePage } from '../../shell/page.ts';
import { ExposurePanel } from './exposure-panel.tsx';
import { flagRowsOf } from './flag-rows.ts';
import { FlagTable } from './flag-table.tsx';
import { HistoryPanel } from './history-panel.tsx';

interface FlagObjectPageProps {
  namespace: string | undefined;
  name: string;
}

/** The page. */
export function FlagObjectPage({ namespace, name }: FlagObjectPageProps): JSX.Element {
  return (
    <ObjectPlace<FeatureFlag>
      word="featureflags"
      namespace={namespace}
      name={name}
      crumb={crumbOf('featureflags', 'Feature flags')}
    >
      {(object) => <Shown object={object} />}
    </ObjectPlace>
  );
}

function Shown({ object }: { object: FeatureFlag }): JSX.Element {
  const { namespace, name = '', uid } = object.metadata;
  const place = namespace === undefined ? {} : { namespace };
  return (
    <View
      title={name}
      crumb={crumbOf('featureflags', 'Feature flags')}
      lead={`FeatureFlag in ${namespace ?? ''}`}
      actions={
        <DeleteButton
          word="featureflags"
          object={object}
          consequence="Programs that ask for its flags get the values in their own code from then on. Its history goes too."
        />
      }
    >
      <Tabs
        label="Parts of the FeatureFlag"
        tabs={[
          { id: 'flags', label: 'Flags', content: () => <FlagsTab object={object} /> },
          { id: 'history', label: 'History', content: () => <HistoryPanel object={object} /> },
          { id: 'exposure', label: 'Exposure', content: () => <ExposurePanel object={object} /> },
          {
            id: 'events',
            label: 'Events',
            content: () => <EventsOf namespace={namespace} kind="FeatureFlag" name={name} uid={uid} />,
          },
          {
            id: 'yaml',
            label: 'YAML',
            content: () => <YamlTab word="featureflags" {...place} name={name} />,
          },
        ]}
      />
    </View>
  );
}

function FlagsTab({ object }: { object: FeatureFlag }): JSX.Element {
  const { nowMs } = usePage();
  const { namespace, creationTimestamp } = object.metadata;
  const rollouts = useList<Rollout>('rollouts', namespace === undefined ? {} : { namespace });
  const rows = useMemo(() => flagRowsOf([object], rollouts.items, nowMs.peek()), [object, rollouts.items]);
  const { flags, enabled, targeted } = object.status ?? {};
  return (
    <>
      <Card>
        <Facts
          rows={[
            ['Flags', flags],
            ['Enabled', enabled],
            ['With targeting', targeted],
            ['Made', <Age since={creationTimestamp} />],
          ]}
        />
      </Card>
      <Card flush>
        <FlagTable rows={rows} synced ofMany={false} />
      </Card>
      <LabelsCard metadata={object.metadata} />
    </>
  );
}
