// What a volume of a pod holds, in words. Pure.
import type { Volume } from './volume.ts';

/** `ConfigMap web`, `empty folder that lives as long as the pod`. */
export function volumeText({
  emptyDir,
  hostPath,
  configMap,
  secret,
  downwardAPI,
  projected,
}: Volume): string {
  if (emptyDir !== undefined) {
    return emptyDir.medium === 'Memory'
      ? `empty folder in memory${emptyDir.sizeLimit === undefined ? '' : `, up to ${emptyDir.sizeLimit}`}`
      : 'empty folder that lives as long as the pod';
  }
  if (hostPath !== undefined) {
    return `${hostPath.path} of the node${(hostPath.type ?? '') === '' ? '' : ` (${hostPath.type})`}`;
  }
  const maybe = (optional: boolean | undefined): string => (optional === true ? ' (optional)' : '');
  if (configMap !== undefined) return `ConfigMap ${configMap.name}${maybe(configMap.optional)}`;
  if (secret !== undefined) return `Secret ${secret.secretName}${maybe(secret.optional)}`;
  if (downwardAPI !== undefined)
    return `facts about the pod: ${(downwardAPI.items ?? []).map(({ path }) => path).join(', ')}`;
  return `projected: ${(projected?.sources ?? []).map(sourceText).join(', ')}`;
}

type ProjectedSource = NonNullable<NonNullable<Volume['projected']>['sources']>[number];

function sourceText({ configMap, secret }: ProjectedSource): string {
  if (configMap !== undefined) return `ConfigMap ${configMap.name}`;
  return secret === undefined ? 'facts about the pod' : `Secret ${secret.name}`;
}
