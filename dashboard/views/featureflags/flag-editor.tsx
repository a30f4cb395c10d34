// Edits the definition of one flag and the rules beside it, checked by the server before it is stored.
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { AnyObject } from '@gantry/api/meta';
import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { Card, Empty } from '../../parts/card.tsx';
import { ObjectEditor } from '../../parts/yaml/object-editor.tsx';
import { useYamlWork } from '../../parts/yaml/use-yaml-work.ts';
import { objectPath, RESOURCES } from '../../request/resource-paths.ts';
import { ReasonField } from './change-button.tsx';
import { flagForm } from './flag-document.ts';

interface FlagEditorProps {
  object: FeatureFlag;
  flagKey: string;
  onDone: () => void;
}

/** The editor. */
export function FlagEditor({ object, flagKey, onDone }: FlagEditorProps): JSX.Element {
  const work = useYamlWork();
  const reason = useRef('');
  const begun = useRef(object);
  const form = useMemo(() => flagForm(flagKey, () => reason.current), [flagKey]);
  if (work === undefined) return <Empty>Loading …</Empty>;
  const base = begun.current as unknown as AnyObject;
  return (
    <Card title="Edit">
      <ObjectEditor
        work={work}
        form={form}
        label="Flag as JSON"
        path={objectPath(RESOURCES.featureflags, base.metadata.namespace, base.metadata.name ?? '')}
        base={base}
        isStale={object.metadata.resourceVersion !== base.metadata.resourceVersion}
        onSaved={onDone}
        onLeave={onDone}
      >
        <ReasonField onChange={(text) => (reason.current = text)} />
      </ObjectEditor>
    </Card>
  );
}
