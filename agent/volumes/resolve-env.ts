// A container's environment with every reference resolved, or the sentence that says what is missing. Pure.
import type { Container, EnvVar, Pod } from '@gantry/api/kinds/pod';

import { fieldValue, resourceValue, type DownwardContext } from './downward.ts';
import { expandVariables } from './expand-variables.ts';
import type { Source, SourceKind, SourceReader } from './sources.ts';

/** `pending`: a referenced object has not been read yet. `missing`: the user has to act; a sentence for them. */
export type Resolution<T> =
  { outcome: 'ok'; value: T } | { outcome: 'pending' } | { outcome: 'missing'; message: string };

/** Thrown inside this folder only, to leave nested resolution early; never escapes {@link attempt}. */
class Unresolved extends Error {
  readonly resolution: Exclude<Resolution<never>, { outcome: 'ok' }>;

  constructor(resolution: Exclude<Resolution<never>, { outcome: 'ok' }>) {
    super(resolution.outcome);
    this.resolution = resolution;
  }
}

/** Runs `resolve`, turning what could not be resolved into a value. */
export function attempt<T>(resolve: () => T): Resolution<T> {
  try {
    return { outcome: 'ok', value: resolve() };
  } catch (error) {
    if (error instanceof Unresolved) return error.resolution;
    throw error;
  }
}

/** Leaves the resolution: the user has to act. */
export function missing(message: string): never {
  throw new Unresolved({ outcome: 'missing', message });
}

/** The data of a referenced object; undefined when it is absent and optional. Only inside {@link attempt}. */
export function readSource(
  sources: SourceReader,
  reference: { kind: SourceKind; namespace: string; name: string; optional: boolean },
): ReadonlyMap<string, Uint8Array> | undefined {
  const source: Source = sources(reference);
  switch (source.state) {
    case 'found':
      return source.data;
    case 'absent':
      if (reference.optional) return undefined;
      return missing(`${reference.kind.toLowerCase()} ${JSON.stringify(reference.name)} not found`);
    case 'failed':
      return missing(`${reference.kind.toLowerCase()} ${JSON.stringify(reference.name)}: ${source.message}`);
    case 'pending':
      throw new Unresolved({ outcome: 'pending' });
  }
}

/** All variables of a container: `envFrom` in order, then `env`, later ones winning. Only inside {@link attempt}. */
export function resolveEnv(
  pod: Pod,
  container: Container,
  sources: SourceReader,
  context: DownwardContext,
): Map<string, string> {
  const namespace = pod.metadata.namespace ?? '';
  const values = new Map<string, string>();
  for (const from of container.envFrom ?? []) {
    const reference = from.configMapRef ?? from.secretRef;
    if (reference === undefined) continue;
    const kind = from.configMapRef === undefined ? 'Secret' : 'ConfigMap';
    const optional = reference.optional ?? false;
    const data = readSource(sources, { kind, namespace, name: reference.name ?? '', optional });
    for (const [key, bytes] of data ?? []) {
      const name = `${from.prefix ?? ''}${key}`;
      if (isVariableName(name)) values.set(name, textOf(bytes));
    }
  }
  for (const variable of container.env ?? []) {
    const value = resolveVariable(pod, container, variable, sources, context, values);
    if (value !== undefined) values.set(variable.name, value);
  }
  return values;
}

function resolveVariable(
  pod: Pod,
  container: Container,
  variable: EnvVar,
  sources: SourceReader,
  context: DownwardContext,
  values: ReadonlyMap<string, string>,
): string | undefined {
  const from = variable.valueFrom;
  if (from === undefined) return expandVariables(variable.value ?? '', values);
  if (from.fieldRef !== undefined) {
    const path = from.fieldRef.fieldPath;
    return fieldValue(pod, context, path) ?? missing(`env ${variable.name}: there is no field ${path}`);
  }
  if (from.resourceFieldRef !== undefined) {
    const { containerName, resource, divisor } = from.resourceFieldRef;
    const named = pod.spec.containers.find((one) => one.name === containerName) ?? container;
    const value = resourceValue(named, resource, divisor, context);
    return value ?? missing(`env ${variable.name}: there is no resource ${resource}`);
  }
  return resolveKey(pod, from, sources);
}

function resolveKey(
  pod: Pod,
  from: NonNullable<EnvVar['valueFrom']>,
  sources: SourceReader,
): string | undefined {
  const reference = from.configMapKeyRef ?? from.secretKeyRef;
  if (reference === undefined) return '';
  const kind = from.configMapKeyRef === undefined ? 'Secret' : 'ConfigMap';
  const namespace = pod.metadata.namespace ?? '';
  const name = reference.name ?? '';
  const optional = reference.optional ?? false;
  const data = readSource(sources, { kind, namespace, name, optional });
  const bytes = data?.get(reference.key);
  if (bytes !== undefined) return textOf(bytes);
  if (optional) return undefined;
  return missing(`couldn't find key ${reference.key} in ${kind} ${namespace}/${name}`);
}

/** What every C library accepts as the name of a variable; others would break the container's start. */
function isVariableName(name: string): boolean {
  return /^[^=\0\s][^=\0]*$/.test(name);
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
