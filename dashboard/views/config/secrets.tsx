// Secrets: only names are listed; values are shown when they are asked for, on record, and for a short time.
import type { ObjectMeta } from '@gantry/api/meta';
import type { JSX } from 'preact';
import type { LiveObject } from '../../live/collection-state.ts';
import { useList } from '../../live/use-live.ts';
import { Age } from '../../parts/age.tsx';
import { Card, Empty, Facts } from '../../parts/card.tsx';
import { DeleteButton } from '../../parts/delete-button.tsx';
import { EventsOf } from '../../parts/events-of.tsx';
import { LabelsCard } from '../../parts/labels.tsx';
import { withNames } from '../../parts/name-columns.tsx';
import { ObjectList } from '../../parts/object-list.tsx';
import { crumbOf } from '../../parts/object-place.tsx';
import { View } from '../../parts/view.tsx';
import type { ViewArguments } from '../../shell/views.ts';
import { SecretValues } from './secret-values.tsx';
import { UsedBy } from './used-by.tsx';

const TITLE = 'Secrets';
const COLUMNS = withNames<LiveObject>([]);

/** The view. */
export default function Secrets({ namespace = '', name }: ViewArguments): JSX.Element {
  if (name === undefined)
    return (
      <ObjectList
        word="secrets"
        title={TITLE}
        lead="Values that not everyone may see. This list holds none of them."
        columns={COLUMNS}
        empty="There are no Secrets here."
        metadataOnly
      />
    );
  return <SecretPage namespace={namespace} name={name} />;
}

function SecretPage({ namespace, name }: { namespace: string; name: string }): JSX.Element {
  const { items, synced, problem } = useList('secrets', {
    namespace,
    fieldSelector: `metadata.name=${name}`,
    metadataOnly: true,
  });
  const secret = items[0];
  if (secret === undefined)
    return (
      <View title={name} crumb={crumbOf('secrets', TITLE)}>
        <Empty>
          {problem ??
            (synced ? `There is no Secret of this name in ${namespace}, or no longer.` : 'Loading …')}
        </Empty>
      </View>
    );
  return (
    <View
      title={name}
      crumb={crumbOf('secrets', TITLE)}
      lead={`Secret in ${namespace}`}
      actions={
        <DeleteButton
          word="secrets"
          object={secret}
          consequence="Pods that run keep what they have; new ones that need it do not start."
        />
      }
    >
      <About metadata={secret.metadata} />
      <SecretValues
        key={secret.metadata.uid}
        place={{ namespace, name }}
        version={secret.metadata.resourceVersion}
      />
      <UsedBy kind="Secret" namespace={namespace} name={name} />
      <EventsOf namespace={namespace} kind="Secret" name={name} uid={secret.metadata.uid} />
    </View>
  );
}

function About({ metadata }: { metadata: ObjectMeta }): JSX.Element {
  return (
    <>
      <Card>
        <Facts rows={[['Made', <Age since={metadata.creationTimestamp} />]]} />
      </Card>
      <LabelsCard metadata={metadata} />
    </>
  );
}
