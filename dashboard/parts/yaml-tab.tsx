// An object as YAML, as it is now; whoever may change it can edit it here.
import type { AnyObject } from '@gantry/api/meta';
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useList } from '../live/use-live.ts';
import { objectPath, RESOURCES, type ResourceWord } from '../request/resource-paths.ts';
import { usePage } from '../shell/page.ts';
import { Card, Empty } from './card.tsx';
import { useFocusBack } from './use-focus-back.ts';
import { yamlForm, type YamlWork } from './yaml/write-object.ts';
import { useYamlWork } from './yaml/use-yaml-work.ts';
import { ObjectEditor } from './yaml/object-editor.tsx';
import './yaml/yaml.css';

interface YamlTabProps {
  word: ResourceWord;
  namespace?: string;
  name: string;
}

/** Longest text that is shown; what is longer is cut. */
const SHOWN_CHARACTERS_MAX = 300_000;

/** The tab. */
export function YamlTab({ word, namespace, name }: YamlTabProps): JSX.Element {
  const { access } = usePage();
  const work = useYamlWork();
  const [editing, setEditing] = useState(false);
  const button = useFocusBack(editing);
  const ref = RESOURCES[word];
  const path = objectPath(ref, namespace, name);
  const { stored, setStored, problem, isStale } = useStored(word, { namespace, name, held: editing });
  if (problem !== undefined) return <Empty>{problem}</Empty>;
  if (work === undefined || stored === undefined) return <Empty>Loading …</Empty>;
  if (!editing)
    return (
      <YamlShown
        work={work}
        object={stored}
        button={button}
        mayEdit={access.may('update', ref, namespace, name)}
        onEdit={() => setEditing(true)}
      />
    );
  return (
    <Card title="Edit">
      <ObjectEditor
        work={work}
        form={yamlForm(work)}
        label="Object as YAML"
        path={path}
        base={stored}
        isStale={isStale}
        onSaved={(object) => {
          setStored(object);
          setEditing(false);
        }}
        onLeave={(theirs) => {
          if (theirs !== undefined) setStored(theirs);
          setEditing(false);
        }}
      />
    </Card>
  );
}

/** The object as it is stored, read anew when it changes; while it is held, only told that it has. */
function useStored(
  word: ResourceWord,
  { namespace, name, held }: { namespace: string | undefined; name: string; held: boolean },
) {
  const { request } = usePage();
  const [stored, setStored] = useState<AnyObject | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const { items } = useList(word, {
    ...(namespace === undefined ? {} : { namespace }),
    fieldSelector: `metadata.name=${name}`,
    metadataOnly: true,
  });
  const version = items[0]?.metadata.resourceVersion;
  useEffect(() => {
    if (held) return undefined;
    const ended = new AbortController();
    const path = objectPath(RESOURCES[word], namespace, name);
    void request<AnyObject>(path, { signal: ended.signal }).then((outcome) => {
      if (ended.signal.aborted) return;
      setProblem(outcome.ok ? undefined : outcome.message);
      if (outcome.ok) setStored(outcome.value);
    });
    return () => ended.abort();
  }, [word, namespace, name, held, version]);
  const isStale =
    version !== undefined && stored !== undefined && version !== stored.metadata.resourceVersion;
  return { stored, setStored, problem, isStale };
}

function YamlShown({ work, object, button, mayEdit, onEdit }: ShownProps): JSX.Element {
  const [managed, setManaged] = useState(false);
  const text = useMemo(() => work.shownText(object, { managed }), [work, object, managed]);
  const tooLong = text.length > work.EDITED_CHARACTERS_MAX;
  return (
    <Card
      title="YAML"
      actions={
        <>
          <label class="picker">
            <input
              type="checkbox"
              checked={managed}
              onChange={({ currentTarget }) => setManaged(currentTarget.checked)}
            />
            Who set which field
          </label>
          {mayEdit ? (
            <button
              ref={button}
              type="button"
              class="button plain small"
              disabled={tooLong}
              {...(tooLong ? { title: 'Too long for the page: use `gantry edit`' } : {})}
              onClick={onEdit}
            >
              Edit
            </button>
          ) : null}
        </>
      }
    >
      <pre class="yaml-shown" tabIndex={0}>
        {text.slice(0, SHOWN_CHARACTERS_MAX)}
      </pre>
      {text.length > SHOWN_CHARACTERS_MAX ? (
        <p class="note">
          Only the first {SHOWN_CHARACTERS_MAX} of {text.length} characters are shown; `gantry get -o yaml`
          prints them all.
        </p>
      ) : null}
    </Card>
  );
}

interface ShownProps {
  work: YamlWork;
  object: AnyObject;
  button: { current: HTMLButtonElement | null };
  mayEdit: boolean;
  onEdit: () => void;
}
