// Which credentials go with an image, from the Secrets that a pod names in imagePullSecrets. Pure.
import type { Pod } from '@gantry/api/kinds/pod';
import type { SourceReader } from './sources.ts';

export interface RegistryAuth {
  username: string;
  password: string;
  serverAddress: string;
}

interface DockerConfig {
  auths?: Record<string, { username?: string; password?: string; auth?: string } | undefined>;
}

/** Credentials for the image's registry, in the order of the pod's Secrets. Unreadable Secrets give none. */
export function registryAuths(pod: Pod, image: string, sources: SourceReader): RegistryAuth[] {
  const registry = registryOf(image);
  const found: RegistryAuth[] = [];
  for (const { name } of pod.spec.imagePullSecrets ?? []) {
    const source = sources({ kind: 'Secret', namespace: pod.metadata.namespace ?? '', name: name ?? '' });
    if (source.state !== 'found') continue;
    const entries = readConfig(source.data.get('.dockerconfigjson'), source.data.get('.dockercfg'));
    for (const [address, entry] of Object.entries(entries ?? {})) {
      const auth = entry === undefined ? undefined : authOf(address, entry);
      if (auth !== undefined && hostOf(address) === registry) found.push(auth);
    }
  }
  return found;
}

/** Whether a named Secret has not been read yet: pulling without it might fail for no reason. */
export function arePullSecretsPending(pod: Pod, sources: SourceReader): boolean {
  const namespace = pod.metadata.namespace ?? '';
  return (pod.spec.imagePullSecrets ?? []).some(
    ({ name }) => sources({ kind: 'Secret', namespace, name: name ?? '' }).state === 'pending',
  );
}

/** `registry.example:5000/team/app:1` -> `registry.example:5000`; names without a host are Docker Hub's. */
export function registryOf(image: string): string {
  const first = image.split('/', 1)[0] ?? '';
  const isHost = image.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  return isHost ? first : 'docker.io';
}

function hostOf(address: string): string {
  const host = address.replace(/^https?:\/\//, '').split('/', 1)[0] ?? '';
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host;
}

function authOf(
  address: string,
  entry: NonNullable<DockerConfig['auths']>[string],
): RegistryAuth | undefined {
  if (entry?.username !== undefined && entry.password !== undefined) {
    return { username: entry.username, password: entry.password, serverAddress: address };
  }
  const decoded = Buffer.from(entry?.auth ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 0) return undefined;
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1), serverAddress: address };
}

function readConfig(current: Uint8Array | undefined, legacy: Uint8Array | undefined): DockerConfig['auths'] {
  try {
    if (current) return (JSON.parse(new TextDecoder().decode(current)) as DockerConfig).auths;
    if (legacy) return JSON.parse(new TextDecoder().decode(legacy)) as DockerConfig['auths'];
  } catch {
    // A Secret that is no JSON holds no credentials; the pull then fails with the registry's own words.
  }
  return undefined;
}
