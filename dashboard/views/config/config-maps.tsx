// ConfigMaps: the list, or one with its values and who uses them.
import type { ConfigMap } from '@gantry/api/kinds/config-map';
import type { JSX } from 'preact';
import { LabelsCard } from '../../parts/labels.tsx';
import { withNames } from '../../parts/name-columns.tsx';
import { ObjectList } from '../../parts/object-list.tsx';
import { crumbOf, ObjectPlace } from '../../parts/object-place.tsx';
import { ObjectTabs } from '../../parts/object-tabs.tsx';
import type { ViewArguments } from '../../shell/views.ts';
import { MapValues } from './map-values.tsx';
import { UsedBy } from './used-by.tsx';

const TITLE = 'ConfigMaps';
const COLUMNS = withNames<ConfigMap>([
  {
    head: 'Keys',
    width: 'minmax(8rem, 2fr)',
    cell: (map) => keysOf(map).join(', ') || <span class="quiet">none</span>,
    sort: (map) => keysOf(map).length,
  },
]);

/** The view. */
export default function ConfigMaps({ namespace, name }: ViewArguments): JSX.Element {
  if (name === undefined)
    return (
      <ObjectList
        word="configmaps"
        title={TITLE}
        lead="Settings that pods get as environment or files."
        columns={COLUMNS}
        empty="There are no ConfigMaps here."
      />
    );
  return (
    <ObjectPlace<ConfigMap>
      word="configmaps"
      namespace={namespace}
      name={name}
      crumb={crumbOf('configmaps', TITLE)}
    >
      {(map) => (
        <ObjectTabs
          word="configmaps"
          title={TITLE}
          object={map}
          consequence="Pods that run keep what they have; new ones that need it do not start."
        >
          {() => (
            <>
              <MapValues key={map.metadata.uid} map={map} />
              <UsedBy kind="ConfigMap" namespace={namespace ?? ''} name={name} />
              <LabelsCard metadata={map.metadata} />
            </>
          )}
        </ObjectTabs>
      )}
    </ObjectPlace>
  );
}

function keysOf({ data = {}, binaryData = {} }: ConfigMap): string[] {
  return [...Object.keys(data), ...Object.keys(binaryData)].sort();
}
