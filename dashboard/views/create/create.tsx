// Makes or changes objects from YAML: all documents are tried on the server first, with what would change, then applied.
import { applyWaves } from '@gantry/api/apply-order';
import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { Card, Empty } from '../../parts/card.tsx';
import { CheckThen } from '../../parts/edit-buttons.tsx';
import { View } from '../../parts/view.tsx';
import { FaultList } from '../../parts/yaml/fault-list.tsx';
import { useYamlWork } from '../../parts/yaml/use-yaml-work.ts';
import type { YamlWork } from '../../parts/yaml/write-object.ts';
import type { TextFault } from '../../parts/yaml/yaml-work.ts';
import '../../parts/yaml/yaml.css';
import type { ResourceRef } from '../../request/resource-paths.ts';
import { usePage } from '../../shell/page.ts';
import { applyManifest } from './apply-manifest.ts';
import { createFindResource } from './find-resource.ts';
import type { ListedManifest } from './manifest-list.ts';
import { ManifestResults, type ManifestResult } from './manifest-results.tsx';

/** The view. */
export default function Create(): JSX.Element {
  const work = useYamlWork();
  return (
    <View
      title="Create from YAML"
      lead="One document or several, as for gantry apply -f: what is there already is changed, all else is made."
    >
      {work === undefined ? <Empty>Loading …</Empty> : <Form work={work} />}
    </View>
  );
}

/** What is known of the text. */
interface Tried {
  dryRun: boolean;
  faults: readonly TextFault[];
  results: readonly ManifestResult[];
}

function Form({ work }: { work: YamlWork }): JSX.Element {
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState('');
  const [force, setForce] = useState(false);
  const { tried, busy, run, forget } = useApply(work);
  const mayApply = isGood(tried);
  return (
    <Card>
      <textarea
        ref={area}
        class="yaml-text"
        aria-label="YAML of the objects"
        spellcheck={false}
        placeholder={'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  colour: blue'}
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          forget();
        }}
      />
      <div class="actions">
        <CheckThen
          busy={busy}
          isChecked={mayApply}
          hasFaults={text.trim() === ''}
          verb="Apply"
          does="Does what is shown below"
          onCheck={() => void run(text, { dryRun: true, force })}
          onDo={() => void run(text, { dryRun: false, force })}
        />
        <ForceBox
          checked={force}
          onChange={(checked) => {
            setForce(checked);
            forget();
          }}
        />
      </div>
      {tried === undefined || tried.faults.length === 0 ? null : (
        <FaultList faults={tried.faults} area={area} />
      )}
      {tried === undefined ? null : <ManifestResults results={tried.results} dryRun={tried.dryRun} />}
    </Card>
  );
}

/** Only what has been tried as a whole, and was not refused, is applied. */
function isGood(tried: Tried | undefined): boolean {
  return (
    tried?.dryRun === true &&
    tried.faults.length === 0 &&
    tried.results.length > 0 &&
    tried.results.every(({ verdict }) => verdict.type !== 'refused')
  );
}

function ForceBox({ checked, onChange }: ForceBoxProps): JSX.Element {
  return (
    <label class="picker">
      <input
        type="checkbox"
        checked={checked}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      Take over fields that others have set
    </label>
  );
}

interface ForceBoxProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
}

function useApply(work: YamlWork) {
  const { request, namespace } = usePage();
  const find = useMemo(() => createFindResource(request), [request]);
  const [tried, setTried] = useState<Tried | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const run = async (text: string, { dryRun, force }: { dryRun: boolean; force: boolean }): Promise<void> => {
    setBusy(true);
    const { readManifestText } = await import('./manifest-list.ts');
    const { manifests, faults } = readManifestText(text);
    const found = await Promise.all(manifests.map((manifest) => located(find, manifest)));
    const unknown = found.filter((one) => typeof one === 'object' && 'message' in one);
    const known = found.flatMap((one) =>
      'definition' in one ? [{ ...one, object: one.manifest.object }] : [],
    );
    const results: ManifestResult[] = [];
    if (faults.length + unknown.length === 0) {
      const how = {
        ...{
          request,
          work,
          dryRun,
          force,
          namespace: namespace.peek() === '' ? 'default' : namespace.peek(),
        },
        madeNamespaces: new Set(
          manifests.flatMap(({ object }) =>
            object.kind === 'Namespace' ? (object.metadata.name ?? '') : [],
          ),
        ),
      };
      // One after the other: what others need comes first, and a refusal is told beside what was done before it.
      for (const { definition, manifest } of applyWaves(known).flat())
        results.push({
          manifest,
          ref: definition,
          verdict: await applyManifest(how, definition, manifest.object),
        });
    }
    setTried({ dryRun, faults: [...faults, ...unknown], results });
    setBusy(false);
  };
  return { tried, busy, run, forget: () => setTried(undefined) };
}

async function located(
  find: ReturnType<typeof createFindResource>,
  manifest: ListedManifest,
): Promise<{ definition: ResourceRef; manifest: ListedManifest } | TextFault> {
  const found = await find(manifest.object.apiVersion, manifest.object.kind);
  if (typeof found === 'string') return { line: manifest.line, message: found };
  return { definition: found, manifest };
}
