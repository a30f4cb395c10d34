// Why an object is as it is, in the words of the control plane: asked when the object has changed, never by the clock.
import type { Explanation } from '@gantry/api/explanation';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { LiveObject } from '../live/collection-state.ts';
import type { Outcome } from '../request/request.ts';
import { usePage } from '../shell/page.ts';
import { Card } from './card.tsx';

const PATH = '/apis/gantry.dev/v1alpha1';
/** Changes in a row are asked about once. */
const ASK_AFTER_MS = 500;

/** The explanations of one object, or of all of a kind where no name is given; empty until they are known. */
export function useExplanations(
  kind: string,
  namespace: string | undefined,
  name: string | undefined,
  /** Asked anew when it differs: the object's resourceVersion. */
  version: string,
): readonly Explanation[] {
  const { request } = usePage();
  const [found, setFound] = useState<readonly Explanation[]>([]);
  useEffect(() => {
    const wanted = new AbortController();
    const timer = setTimeout(() => {
      const path = explanationsPath(kind, namespace, name);
      void request<{ items?: Explanation[] }>(path, { signal: wanted.signal }).then(
        (outcome: Outcome<{ items?: Explanation[] }>) => {
          if (outcome.ok && !wanted.signal.aborted) setFound(outcome.value.items ?? []);
        },
      );
    }, ASK_AFTER_MS);
    return () => {
      clearTimeout(timer);
      wanted.abort();
    };
  }, [request, kind, namespace, name, version]);
  return found;
}

function explanationsPath(kind: string, namespace: string | undefined, name: string | undefined): string {
  const fields = [
    `involvedObject.kind=${kind}`,
    ...(name === undefined ? [] : [`involvedObject.name=${name}`]),
  ];
  const within =
    namespace === undefined || namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${PATH}${within}/explanations?${new URLSearchParams({ fieldSelector: fields.join(',') })}`;
}

/** A card with the sentences about an object; nothing where nobody has anything to say. */
export function Why({ kind, object }: { kind: string; object: LiveObject }): JSX.Element | null {
  const { namespace, name = '', resourceVersion = '' } = object.metadata;
  return <WhyLines explanations={useExplanations(kind, namespace, name, resourceVersion)} />;
}

/** The same, where the explanations are known already. */
export function WhyLines({ explanations }: { explanations: readonly Explanation[] }): JSX.Element | null {
  const lines = explanations.flatMap(({ controller, sentences }) =>
    sentences.map((sentence) => ({ controller, sentence })),
  );
  if (lines.length === 0) return null;
  return (
    <Card title="Why it is so">
      <ul class="whys">
        {lines.map(({ controller, sentence }) => (
          <li key={`${controller} ${sentence}`}>
            {sentence} <span class="quiet">({controller})</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
