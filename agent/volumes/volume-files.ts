// The files of volumes that are filled from the API: ConfigMaps, Secrets, facts about the pod, and projections of
// several of these. Pure.
import type { DownwardAPIVolumeFile, KeyToPath, Pod, Volume, VolumeProjection } from '@gantry/api/kinds/pod';
import { fieldValue, resourceValue, type DownwardContext } from './downward.ts';
import type { VolumeFile } from './file-action.ts';
import { missing, readSource } from './resolve-env.ts';
import type { SourceKind, SourceReader } from './sources.ts';

interface Inputs {
  sources: SourceReader;
  context: DownwardContext;
}

interface Rendered {
  files: VolumeFile[];
  /** What the files were made from. */
  versions: string[];
}

interface Entries {
  kind: SourceKind;
  name: string;
  items: readonly KeyToPath[] | undefined;
  optional: boolean;
}

/** Kubernetes' default permission bits: 0644. */
const DEFAULT_MODE = 0o644;

/** Undefined for a volume that is not filled from the API. Only inside `attempt`. */
export function renderFiles(pod: Pod, volume: Volume, inputs: Inputs): Rendered | undefined {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap !== undefined) return renderProjections(pod, [{ configMap }], configMap.defaultMode, inputs);
  if (secret !== undefined) {
    const projection = { secret: { ...secret, name: secret.secretName } };
    return renderProjections(pod, [projection], secret.defaultMode, inputs);
  }
  if (downwardAPI !== undefined) {
    return renderProjections(pod, [{ downwardAPI }], downwardAPI.defaultMode, inputs);
  }
  if (projected === undefined) return undefined;
  return renderProjections(pod, projected.sources ?? [], projected.defaultMode, inputs);
}

function renderProjections(
  pod: Pod,
  projections: readonly VolumeProjection[],
  defaultMode: number | undefined,
  inputs: Inputs,
): Rendered {
  const mode = defaultMode ?? DEFAULT_MODE;
  const byPath = new Map<string, VolumeFile>();
  const versions: string[] = [];
  for (const projection of projections) {
    const rendered = renderProjection(pod, projection, mode, inputs);
    for (const file of rendered.files) byPath.set(file.path, file);
    versions.push(...rendered.versions);
  }
  return { files: [...byPath.values()], versions };
}

function renderProjection(pod: Pod, projection: VolumeProjection, mode: number, inputs: Inputs): Rendered {
  const { configMap, secret, downwardAPI } = projection;
  if (configMap !== undefined) {
    const { name, items, optional = false } = configMap;
    return renderEntries(pod, { kind: 'ConfigMap', name, items, optional }, mode, inputs);
  }
  if (secret !== undefined) {
    const { name, items, optional = false } = secret;
    return renderEntries(pod, { kind: 'Secret', name, items, optional }, mode, inputs);
  }
  const files = (downwardAPI?.items ?? []).map((item) => renderFact(pod, item, mode, inputs.context));
  const texts = files.map((file) => `${file.path}=${new TextDecoder().decode(file.bytes)}`);
  return { files, versions: texts.map((text) => JSON.stringify(text)) };
}

function renderEntries(pod: Pod, entries: Entries, mode: number, inputs: Inputs): Rendered {
  const { kind, name, items, optional } = entries;
  const reference = { kind, namespace: pod.metadata.namespace ?? '', name };
  const data = readSource(inputs.sources, { ...reference, optional });
  const source = inputs.sources(reference);
  const versions = [`${kind} ${name} ${source.state === 'found' ? source.version : source.state}`];
  if (data === undefined) return { files: [], versions };
  if (items === undefined) {
    return { files: [...data].map(([key, bytes]) => ({ path: key, bytes, mode })), versions };
  }
  const files: VolumeFile[] = [];
  for (const item of items) {
    const bytes = data.get(item.key);
    if (bytes !== undefined) files.push({ path: item.path, bytes, mode: item.mode ?? mode });
    else if (!optional) missing(`${kind.toLowerCase()} references non-existent config key: ${item.key}`);
  }
  return { files, versions };
}

function renderFact(
  pod: Pod,
  item: DownwardAPIVolumeFile,
  mode: number,
  context: DownwardContext,
): VolumeFile {
  const value = factValue(pod, item, context) ?? missing(`the file ${item.path} names no field that exists`);
  return { path: item.path, bytes: new TextEncoder().encode(value), mode: item.mode ?? mode };
}

function factValue(pod: Pod, item: DownwardAPIVolumeFile, context: DownwardContext): string | undefined {
  if (item.fieldRef !== undefined) return fieldValue(pod, context, item.fieldRef.fieldPath);
  const { containerName, resource = '', divisor } = item.resourceFieldRef ?? {};
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const container = all.find((one) => one.name === containerName);
  return container && resourceValue(container, resource, divisor, context);
}
