// The entries of one ConfigMap, and the edit of them.
import type { ConfigMap } from '@gantry/api/kinds/config-map';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Card } from '../../parts/card.tsx';
import { useFocusBack } from '../../parts/use-focus-back.ts';
import { objectPath, RESOURCES } from '../../request/resource-paths.ts';
import { usePage } from '../../shell/page.ts';
import { EditButton, ImmutableNote } from './edit-button.tsx';
import { EntriesEditor } from './entries/entries-editor.tsx';
import { entriesOf } from './entries/entries-of.ts';
import type { EntriesBase } from './entries/use-entries-edit.ts';
import { ValueList } from './value-list.tsx';

/** The card. */
export function MapValues({ map }: { map: ConfigMap }): JSX.Element {
  const { access, request } = usePage();
  const [begun, setBegun] = useState<EntriesBase | undefined>(undefined);
  const button = useFocusBack(begun !== undefined);
  const { namespace, name = '', resourceVersion } = map.metadata;
  const path = objectPath(RESOURCES.configmaps, namespace, name);
  if (begun !== undefined)
    return (
      <Card title="Edit entries">
        <EntriesEditor
          kind="ConfigMap"
          name={name}
          path={path}
          base={begun}
          storedVersion={resourceVersion}
          readAgain={async () => {
            const outcome = await request<ConfigMap>(path);
            return outcome.ok ? baseOf(outcome.value) : outcome.message;
          }}
          onDone={() => setBegun(undefined)}
        />
      </Card>
    );
  const base = baseOf(map);
  const isFrozen = map.immutable === true;
  const mayEdit = !isFrozen && access.may('patch', RESOURCES.configmaps, namespace, name);
  return (
    <Card
      title="Values"
      actions={
        mayEdit ? (
          <EditButton button={button} entries={base.entries.length} onEdit={() => setBegun(base)} />
        ) : undefined
      }
    >
      {isFrozen ? <ImmutableNote kind="ConfigMap" /> : null}
      <ValueList entries={base.entries} />
    </Card>
  );
}

function baseOf(map: ConfigMap): EntriesBase {
  return { resourceVersion: map.metadata.resourceVersion ?? '', entries: entriesOf(map) };
}
