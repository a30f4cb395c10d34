// What holds for the volumes of a pod.
import type { Issue } from '../../issue.ts';
import { duplicate, invalidValue, required } from '../../issues.ts';
import { dnsLabelProblem, relativePathProblem } from '../../names.ts';
import { compareQuantities } from '../../quantity.ts';
import { textIssues } from '../check-metadata.ts';
import { fieldRefIssues, resourceRefIssues } from './check-env.ts';
import { exactlyOneIssue } from './exactly-one.ts';
import type { PodSpec } from './pod-spec.ts';
import type { DownwardAPIVolumeFile, KeyToPath, Volume, VolumeProjection } from './volume.ts';

const SOURCES = ['emptyDir', 'hostPath', 'configMap', 'secret', 'downwardAPI', 'projected'] as const;

/** Issues of all volumes. A volume without a source is refused: Gantry never guesses where data goes. */
export function volumesIssues(spec: PodSpec, path: string): Issue[] {
  const containers = new Set([...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name));
  const names = new Set<string>();
  return (spec.volumes ?? []).flatMap((volume, index) => {
    const at = `${path}[${index}]`;
    const issues = textIssues(`${at}.name`, volume.name, dnsLabelProblem);
    if (names.has(volume.name)) issues.push(duplicate(`${at}.name`, volume.name));
    names.add(volume.name);
    return [...issues, ...exactlyOneIssue(volume, SOURCES, at), ...sourceIssues(volume, at, containers)];
  });
}

function sourceIssues(volume: Volume, path: string, containers: ReadonlySet<string>): Issue[] {
  const { emptyDir, hostPath, configMap, secret, downwardAPI, projected } = volume;
  return [
    ...sizeIssues(emptyDir?.sizeLimit, `${path}.emptyDir.sizeLimit`),
    ...(hostPath === undefined ? [] : hostPathIssues(hostPath.path, `${path}.hostPath.path`)),
    ...(configMap === undefined ? [] : entriesIssues(configMap, 'name', `${path}.configMap`)),
    ...(secret === undefined ? [] : entriesIssues(secret, 'secretName', `${path}.secret`)),
    ...filesIssues(downwardAPI?.items, `${path}.downwardAPI.items`, containers),
    ...(projected?.sources ?? []).flatMap((source, index) =>
      projectionIssues(source, `${path}.projected.sources[${index}]`, containers),
    ),
  ];
}

function sizeIssues(size: string | undefined, path: string): Issue[] {
  if (size === undefined || (compareQuantities(size, '0') ?? -1) >= 0) return [];
  return [invalidValue(path, size, "must be a quantity such as '64Mi' or '1Gi', not below 0")];
}

function hostPathIssues(hostPath: string, path: string): Issue[] {
  if (hostPath === '') return [required(path)];
  if (!hostPath.startsWith('/')) return [invalidValue(path, hostPath, 'must be an absolute path')];
  return hostPath.split('/').includes('..') ? [invalidValue(path, hostPath, "must not contain '..'")] : [];
}

function projectionIssues(source: VolumeProjection, path: string, containers: ReadonlySet<string>): Issue[] {
  return [
    ...exactlyOneIssue(source, ['configMap', 'secret', 'downwardAPI'], path),
    ...(source.configMap === undefined ? [] : entriesIssues(source.configMap, 'name', `${path}.configMap`)),
    ...(source.secret === undefined ? [] : entriesIssues(source.secret, 'name', `${path}.secret`)),
    ...filesIssues(source.downwardAPI?.items, `${path}.downwardAPI.items`, containers),
  ];
}

function entriesIssues<K extends string>(
  source: { items?: KeyToPath[] } & Record<K, string>,
  nameField: K,
  path: string,
): Issue[] {
  const issues = source[nameField] === '' ? [required(`${path}.${nameField}`)] : [];
  (source.items ?? []).forEach((item, index) => {
    if (item.key === '') issues.push(required(`${path}.items[${index}].key`));
    issues.push(...textIssues(`${path}.items[${index}].path`, item.path, relativePathProblem));
  });
  return issues;
}

function filesIssues(
  files: readonly DownwardAPIVolumeFile[] | undefined,
  path: string,
  containers: ReadonlySet<string>,
): Issue[] {
  return (files ?? []).flatMap((file, index) => {
    const at = `${path}[${index}]`;
    const issues = textIssues(`${at}.path`, file.path, relativePathProblem);
    issues.push(...exactlyOneIssue(file, ['fieldRef', 'resourceFieldRef'], at));
    if (file.fieldRef !== undefined) issues.push(...fieldRefIssues(file.fieldRef, 'file', `${at}.fieldRef`));
    if (file.resourceFieldRef !== undefined) {
      const { containerName = '' } = file.resourceFieldRef;
      issues.push(...resourceRefIssues(file.resourceFieldRef, `${at}.resourceFieldRef`));
      if (!containers.has(containerName)) {
        const known = [...containers].join(', ');
        issues.push(
          invalidValue(`${at}.resourceFieldRef.containerName`, containerName, `must be one of: ${known}`),
        );
      }
    }
    return issues;
  });
}
