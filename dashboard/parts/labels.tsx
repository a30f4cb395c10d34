// Labels and annotations of an object.
import type { JSX } from 'preact';
import { Card } from './card.tsx';

type Entries = Readonly<Record<string, string>>;

/** Labels side by side. */
export function Labels({ labels }: { labels: Entries | undefined }): JSX.Element {
  const entries = Object.entries(labels ?? {});
  if (entries.length === 0) return <span class="quiet">none</span>;
  return (
    <span class="labels">
      {entries.map(([key, value]) => (
        <span key={key} class="label-chip">
          <span class="quiet">{key}</span>
          {value === '' ? '' : ` ${value}`}
        </span>
      ))}
    </span>
  );
}

/** What only tools read: the last applied manifest, whole. */
const TOOL_ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';

/** A card with both. Nothing when there are none. */
export function LabelsCard({ metadata }: { metadata: LabelledMeta }): JSX.Element | null {
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => key !== TOOL_ANNOTATION);
  const labels = Object.keys(metadata.labels ?? {});
  if (annotations.length === 0 && labels.length === 0) return null;
  return (
    <Card title="Labels and annotations">
      <Labels labels={metadata.labels} />
      {annotations.length === 0 ? null : (
        <dl class="annotations">
          {annotations.map(([key, value]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  );
}

interface LabelledMeta {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}
