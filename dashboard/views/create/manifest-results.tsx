// What came, or would come, of each object of a text.
import type { JSX } from 'preact';
import { Badge } from '../../parts/badge.tsx';
import { DiffView } from '../../parts/yaml/diff-view.tsx';
import { resourceOfKind, type ResourceRef } from '../../request/resource-paths.ts';
import { objectHref } from '../../shell/route.ts';
import type { ManifestVerdict } from './apply-manifest.ts';
import type { ListedManifest } from './manifest-list.ts';

/** One object. */
export interface ManifestResult {
  manifest: ListedManifest;
  ref: ResourceRef;
  verdict: ManifestVerdict;
}

interface ManifestResultsProps {
  results: readonly ManifestResult[];
  dryRun: boolean;
}

/** The list. */
export function ManifestResults({ results, dryRun }: ManifestResultsProps): JSX.Element | null {
  if (results.length === 0) return null;
  return (
    <ul class="plain-list manifest-results" aria-live="polite">
      {results.map(({ manifest, ref, verdict }) => {
        const { name = '', namespace } = manifest.object.metadata;
        const word = wordOf(verdict, dryRun);
        return (
          <li key={`${manifest.line} ${ref.kind} ${name}`}>
            <Badge tone={verdict.type === 'refused' ? 'bad' : dryRun ? 'busy' : 'good'}>{word}</Badge>{' '}
            {ref.kind}{' '}
            <ObjectName
              kind={ref.kind}
              namespace={namespace}
              name={name}
              isThere={!dryRun && verdict.type === 'taken'}
            />{' '}
            <span class="quiet">line {manifest.line}</span>
            {verdict.type === 'later' ? (
              <span class="quiet">tried only then: this text makes its namespace</span>
            ) : verdict.type === 'refused' ? (
              <ul class="faults">
                {verdict.faults.map(({ message }) => (
                  <li key={message}>{message}</li>
                ))}
              </ul>
            ) : (
              <>
                {verdict.warnings.map((warning) => (
                  <p key={warning} class="note">
                    {warning}
                  </p>
                ))}
                {dryRun && verdict.outcome !== 'unchanged' ? (
                  <DiffView difference={verdict.difference} />
                ) : null}
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function wordOf(verdict: ManifestVerdict, dryRun: boolean): string {
  if (verdict.type === 'refused') return 'refused';
  return verdict.type === 'later' ? 'will be made' : WORDS[verdict.outcome][dryRun ? 0 : 1];
}

/** Before and after. */
const WORDS = {
  created: ['will be made', 'made'],
  configured: ['will change', 'changed'],
  unchanged: ['stays as it is', 'unchanged'],
} as const;

function ObjectName({ kind, namespace, name, isThere }: ObjectNameProps): JSX.Element {
  const word = resourceOfKind(kind);
  if (!isThere || word === undefined) return <strong>{name}</strong>;
  return <a href={objectHref(word, namespace, name)}>{name}</a>;
}

interface ObjectNameProps {
  kind: string;
  namespace: string | undefined;
  name: string;
  isThere: boolean;
}
