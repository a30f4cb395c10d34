// ConfigMaps and Secrets as pods use them: byte values under keys, whatever the kind, with a version that tells
// changes. Pure: how they are fetched stands in `source-watcher.ts`.
import type { ConfigMap } from '@gantry/api/kinds/config-map';
import type { Container, Pod, Volume } from '@gantry/api/kinds/pod';
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
  const { initContainers = [], containers, volumes = [], imagePullSecrets = [] } = pod.spec;
  const named = [
    ...[...initContainers, ...containers].flatMap(namedByContainer),
    ...volumes.flatMap(namedByVolume),
    ...imagePullSecrets.map(({ name }): Named => ({ kind: 'Secret', name })),
  ];
  const namespace = pod.metadata.namespace ?? '';
  const refs = named.flatMap(({ kind, name = '' }) => (name === '' ? [] : [{ kind, namespace, name }]));
  return [...new Map(refs.map((ref) => [sourceRefText(ref), ref])).values()];
}

interface Named {
  kind: SourceKind;
  name: string | undefined;
}

function namedByContainer(container: Container): Named[] {
  const fromKeys = (container.env ?? []).flatMap(({ valueFrom }): Named[] => [
    { kind: 'ConfigMap', name: valueFrom?.configMapKeyRef?.name },
    { kind: 'Secret', name: valueFrom?.secretKeyRef?.name },
  ]);
  const fromAll = (container.envFrom ?? []).flatMap((from): Named[] => [
    { kind: 'ConfigMap', name: from.configMapRef?.name },
    { kind: 'Secret', name: from.secretRef?.name },
  ]);
  return [...fromKeys, ...fromAll];
}

function namedByVolume(volume: Volume): Named[] {
  return [
    { kind: 'ConfigMap', name: volume.configMap?.name },
    { kind: 'Secret', name: volume.secret?.secretName },
    ...(volume.projected?.sources ?? []).flatMap((projection): Named[] => [
      { kind: 'ConfigMap', name: projection.configMap?.name },
      { kind: 'Secret', name: projection.secret?.name },
    ]),
  ];
}
