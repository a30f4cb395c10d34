// Which pods use a ConfigMap or Secret, and how: as environment, files, or credentials for images. Pure.
import type { Pod } from '@gantry/api/kinds/pod';

/** What is used. */
export interface Used {
  kind: 'ConfigMap' | 'Secret';
  namespace: string;
  name: string;
}

/** One pod that uses it. */
export interface PodUse {
  pod: Pod;
  /** `environment`, `files`, `image pulls`. */
  how: readonly string[];
}

/** The pods of its namespace that use it. Files are renewed in place; environments only when containers start anew. */
export function podsUsing(pods: readonly Pod[], used: Used): PodUse[] {
  return pods
    .filter(({ metadata }) => metadata.namespace === used.namespace)
    .map((pod) => ({ pod, how: waysOf(pod, used) }))
    .filter(({ how }) => how.length > 0);
}

function waysOf({ spec }: Pod, used: Used): string[] {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  return [
    ...(containers.some((container) => isInEnvironment(container, used)) ? ['environment'] : []),
    ...((spec.volumes ?? []).some((volume) => isInVolume(volume, used)) ? ['files'] : []),
    ...(used.kind === 'Secret' && (spec.imagePullSecrets ?? []).some(({ name }) => name === used.name)
      ? ['image pulls']
      : []),
  ];
}

type Container = Pod['spec']['containers'][number];
type Volume = NonNullable<Pod['spec']['volumes']>[number];

function isInEnvironment({ env = [], envFrom = [] }: Container, { kind, name }: Used): boolean {
  const isMap = kind === 'ConfigMap';
  return (
    envFrom.some(({ configMapRef, secretRef }) => (isMap ? configMapRef : secretRef)?.name === name) ||
    env.some(({ valueFrom }) => (isMap ? valueFrom?.configMapKeyRef : valueFrom?.secretKeyRef)?.name === name)
  );
}

function isInVolume({ configMap, secret, projected }: Volume, { kind, name }: Used): boolean {
  const isMap = kind === 'ConfigMap';
  const direct = isMap ? configMap?.name : secret?.secretName;
  return (
    direct === name ||
    (projected?.sources ?? []).some((source) => (isMap ? source.configMap : source.secret)?.name === name)
  );
}
