// ConfigMaps and Secrets as pods use them: byte values under keys, whatever the kind, with a version that tells
// changes. Pure: how they are fetched stands in `source-watcher.ts`.
import type { ConfigMap } from '@gantry/api/kinds/config-map';
import type { Pod } from '@gantry/api/kinds/pod';
import type { Secret } from '@gantry/api/kinds/secret';

export type SourceKind = 'ConfigMap' | 'Secret';

export interface SourceRef {
  kind: SourceKind;
  namespace: string;
  name: string;
}

/** What is known of one object. `pending`: not yet asked for, or no answer yet. */
export type Source =
  | { state: 'pending' }
  | { state: 'absent' }
  | { state: 'failed'; message: string }
  | { state: 'found'; version: string; type: string; data: ReadonlyMap<string, Uint8Array> };

export type SourceReader = (ref: SourceRef) => Source;

/** One text a reference: a key of maps. */
export function sourceRefText(ref: SourceRef): string {
  return `${ref.kind}/${ref.namespace}/${ref.name}`;
}

/** The values of a ConfigMap. */
export function configMapSource(object: ConfigMap): Source {
  const data = new Map<string, Uint8Array>();
  for (const [key, text] of Object.entries(object.data ?? {})) data.set(key, Buffer.from(text, 'utf8'));
  for (const [key, text] of Object.entries(object.binaryData ?? {}))
    data.set(key, Buffer.from(text, 'base64'));
  return { state: 'found', version: versionOf(object), type: '', data };
}

/** The values of a Secret. */
export function secretSource(object: Secret): Source {
  const data = new Map<string, Uint8Array>();
  for (const [key, text] of Object.entries(object.data ?? {})) data.set(key, Buffer.from(text, 'base64'));
  return { state: 'found', version: versionOf(object), type: object.type ?? 'Opaque', data };
}

function versionOf(object: ConfigMap | Secret): string {
  return `${object.metadata.uid ?? ''}@${object.metadata.resourceVersion ?? ''}`;
}

/** Every ConfigMap and Secret that a pod names, each once. */
export function sourceRefsOf(pod: Pod): SourceRef[] {
  const found = new Map<string, SourceRef>();
  const add = (kind: SourceKind, name: string | undefined): void => {
    if (name === undefined || name === '') return;
    const ref = { kind, namespace: pod.metadata.namespace ?? '', name };
    found.set(sourceRefText(ref), ref);
  };
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
    for (const { valueFrom } of container.env ?? []) {
      add('ConfigMap', valueFrom?.configMapKeyRef?.name);
      add('Secret', valueFrom?.secretKeyRef?.name);
    }
    for (const from of container.envFrom ?? []) {
      add('ConfigMap', from.configMapRef?.name);
      add('Secret', from.secretRef?.name);
    }
  }
  for (const volume of pod.spec.volumes ?? []) {
    add('ConfigMap', volume.configMap?.name);
    add('Secret', volume.secret?.secretName);
    for (const projection of volume.projected?.sources ?? []) {
      add('ConfigMap', projection.configMap?.name);
      add('Secret', projection.secret?.name);
    }
  }
  for (const reference of pod.spec.imagePullSecrets ?? []) add('Secret', reference.name);
  return [...found.values()];
}
