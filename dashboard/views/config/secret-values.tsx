// The entries of one Secret: names and sizes at once, values when they are asked for; and the edit of them, which needs no value
// to be seen.
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { Card } from '../../parts/card.tsx';
import { useFocusBack } from '../../parts/use-focus-back.ts';
import { objectPath, RESOURCES } from '../../request/resource-paths.ts';
import { usePage } from '../../shell/page.ts';
import { EditButton, ImmutableNote } from './edit-button.tsx';
import { EntriesEditor } from './entries/entries-editor.tsx';
import type { StoredEntry } from './entries/entry-draft.ts';
import { baseOfOutline, readOutline, useOutline, type Outline, type SecretPlace } from './use-outline.ts';
import { SHOWN_SECONDS, useReveal, type Reveal } from './use-reveal.ts';
import { ValueList } from './value-list.tsx';

interface SecretValuesProps {
  place: SecretPlace;
  /** The version that is stored now. */
  version: string | undefined;
}

/** The card. Leaving the page forgets the values. */
export function SecretValues({ place, version }: SecretValuesProps): JSX.Element {
  const { access } = usePage();
  const may = access.may('get', RESOURCES.secrets, place.namespace, place.name);
  const { outline, problem } = useOutline(place, { version, may });
  if (may && outline !== undefined)
    return <PermittedValues place={place} version={version} outline={outline} />;
  return (
    <Card title="Values">
      <p>{may ? (problem ?? 'Loading …') : 'They are hidden. You may not see them.'}</p>
    </Card>
  );
}

function PermittedValues({ place, version, outline }: SecretValuesProps & { outline: Outline }): JSX.Element {
  const { access, request } = usePage();
  const [begun, setBegun] = useState<Outline | undefined>(undefined);
  const button = useFocusBack(begun !== undefined);
  const reveal = useReveal(place, (begun ?? outline).resourceVersion);
  const entries = useMemo(() => shownEntries(outline, reveal), [outline, reveal.values]);
  const mayEdit = !outline.immutable && access.may('patch', RESOURCES.secrets, place.namespace, place.name);
  const isEditing = begun !== undefined;
  return (
    <Card
      title={isEditing ? 'Edit entries' : `Values (${outline.type})`}
      actions={
        <>
          <RevealButton reveal={reveal} isStale={begun !== undefined && version !== begun.resourceVersion} />
          {mayEdit && !isEditing ? (
            <EditButton button={button} entries={entries.length} onEdit={() => setBegun(outline)} />
          ) : null}
        </>
      }
    >
      {reveal.values === undefined && entries.length > 0 ? (
        <p class="quiet">
          Values are hidden. That you have looked at them is recorded as an Event of this Secret.
        </p>
      ) : null}
      {outline.immutable ? <ImmutableNote kind="Secret" /> : null}
      {begun === undefined ? (
        <ValueList entries={entries} />
      ) : (
        <EntriesEditor
          kind="Secret"
          name={place.name}
          path={objectPath(RESOURCES.secrets, place.namespace, place.name)}
          base={baseOfOutline(begun)}
          storedVersion={version}
          {...(reveal.values === undefined ? {} : { shown: reveal.values })}
          readAgain={async () => {
            const theirs = await readOutline(request, place);
            if (typeof theirs === 'string') return theirs;
            setBegun(theirs);
            return baseOfOutline(theirs);
          }}
          onDone={() => setBegun(undefined)}
        />
      )}
    </Card>
  );
}

function shownEntries({ keys }: Outline, { values }: Reveal): StoredEntry[] {
  return keys.map((entry) => {
    const value = values?.get(entry.key);
    return value === undefined ? entry : { ...entry, value };
  });
}

function RevealButton({
  reveal: { values, seconds, reveal, hide },
  isStale,
}: RevealButtonProps): JSX.Element {
  if (values === undefined)
    return (
      <button
        type="button"
        class="button primary small"
        disabled={isStale}
        {...(isStale ? { title: 'Other values are stored since you began' } : {})}
        onClick={() => void reveal()}
      >
        Reveal for {SHOWN_SECONDS} seconds
      </button>
    );
  return (
    <button type="button" class="button plain small" onClick={hide}>
      Hide ({seconds} s)
    </button>
  );
}

interface RevealButtonProps {
  reveal: Reveal;
  /** While edited: what is stored is no longer what the edit began with. */
  isStale: boolean;
}
