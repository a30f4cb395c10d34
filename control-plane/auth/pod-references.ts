// Which Secrets and ConfigMaps a pod names: those its agent may read. Pure; remembered per pod object.
import type { Container, Pod, Volume } from '@gantry/api/kinds/pod';

/** Names in the pod's own namespace. */
export interface PodReferences {
  configMaps: ReadonlySet<string>;
  secrets: ReadonlySet<string>;
}

const remembered = new WeakMap<Pod, PodReferences>();

/** All names in volumes, environment and pull secrets. Cached objects are frozen, so the answer keeps. */
export function podNames(pod: Pod): PodReferences {
  const known = remembered.get(pod);
  if (known !== undefined) return known;
  const names = { configMaps: new Set<string>(), secrets: new Set<string>() };
  for (const { name } of pod.spec.imagePullSecrets ?? []) add(names.secrets, name);
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers])
    addOfContainer(names, container);
  for (const volume of pod.spec.volumes ?? []) addOfVolume(names, volume);
  remembered.set(pod, names);
  return names;
}

type Names = { configMaps: Set<string>; secrets: Set<string> };

function addOfContainer(names: Names, container: Container): void {
  for (const source of container.envFrom ?? []) {
    add(names.configMaps, source.configMapRef?.name);
    add(names.secrets, source.secretRef?.name);
  }
  for (const variable of container.env ?? []) {
    add(names.configMaps, variable.valueFrom?.configMapKeyRef?.name);
    add(names.secrets, variable.valueFrom?.secretKeyRef?.name);
  }
}

function addOfVolume(names: Names, volume: Volume): void {
  add(names.configMaps, volume.configMap?.name);
  add(names.secrets, volume.secret?.secretName);
  for (const source of volume.projected?.sources ?? []) {
    add(names.configMaps, source.configMap?.name);
    add(names.secrets, source.secret?.name);
  }
}

function add(names: Set<string>, name: string | undefined): void {
  if (name !== undefined && name !== '') names.add(name);
}
