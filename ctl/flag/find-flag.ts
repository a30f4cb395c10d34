// One flag of a FeatureFlag, or a sentence that names those there are.
import type { ObjectKey } from '@gantry/api/meta';
import { byAge } from '@gantry/api/flags/merge-flags';
import { ownField } from '@gantry/api/json-value';
import { featureFlagKind, type FeatureFlag, type Flag } from '@gantry/api/kinds/feature-flag';
import { nearestName } from '@gantry/api/nearest-name';
import { isNotFound } from '@gantry/api/status-error';
import { CliError, EXIT } from '../command.ts';
import type { Connection } from '../connect.ts';
import type { FlagName } from './flag-name.ts';

/** What was found. */
export interface FoundFlag {
  object: FeatureFlag;
  /** Of the FeatureFlag. */
  place: ObjectKey;
  flag: Flag;
}

const KIND_PREFIX = /^(ff|featureflags?(\.gantry\.dev)?)\//;

/** Reads the FeatureFlag. @throws CliError, also when it has no such flag. */
export async function findFlag(connection: Connection, { name, key }: FlagName): Promise<FoundFlag> {
  if (name === undefined) return findByKey(connection, key);
  const { object, place } = await findFeatureFlag(connection, name);
  return { object, place, flag: flagIn(object, key) };
}

async function findByKey({ client, namespace }: Connection, key: string): Promise<FoundFlag> {
  const objects = (await client.list(featureFlagKind, { namespace })).items.toSorted(byAge);
  for (const object of objects) {
    const flag = ownField(object.spec.flagSpec.flags, key);
    if (flag !== undefined) return { object, place: { namespace, name: object.metadata.name ?? '' }, flag };
  }
  const named = objects.find(({ metadata }) => metadata.name === key.replace(KIND_PREFIX, ''));
  if (named !== undefined)
    throw new CliError(`${key} is a FeatureFlag: name one of its flags too.`, {
      exitCode: EXIT.usage,
      nextStep: `It has ${Object.keys(named.spec.flagSpec.flags).join(', ')}.`,
    });
  const keys = objects.flatMap(({ spec }) => Object.keys(spec.flagSpec.flags));
  const nearest = nearestName(key, keys);
  const hint = nearest === undefined ? '.' : `; did you mean "${nearest}"?`;
  throw new CliError(`There is no flag "${key}" in namespace ${namespace}${hint}`, {
    exitCode: EXIT.notFound,
    nextStep: 'gantry flag list -A shows all flags, and in which FeatureFlag they are.',
  });
}

/** Reads a FeatureFlag. @throws CliError when there is none of that name. */
export async function findFeatureFlag(
  { client, namespace }: Connection,
  named: string,
): Promise<Pick<FoundFlag, 'object' | 'place'>> {
  const place = { namespace, name: named.replace(KIND_PREFIX, '') };
  const object = await client.get(featureFlagKind, place).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
    throw new CliError(`There is no FeatureFlag "${place.name}" in namespace ${namespace}.`, {
      exitCode: EXIT.notFound,
      nextStep: 'gantry flag list -A shows all flags, and in which FeatureFlag they are.',
    });
  });
  return { object, place };
}

/** @throws CliError when there is no such flag. */
export function flagIn({ metadata, spec }: FeatureFlag, key: string): Flag {
  const { flags } = spec.flagSpec;
  const flag = Object.hasOwn(flags, key) ? flags[key] : undefined;
  if (flag !== undefined) return flag;
  const nearest = nearestName(key, Object.keys(flags));
  throw new CliError(
    `FeatureFlag "${metadata.name ?? ''}" has no flag "${key}"${nearest === undefined ? '.' : `; did you mean "${nearest}"?`}`,
    { exitCode: EXIT.notFound, nextStep: `gantry flag list ${metadata.name ?? ''} shows its flags.` },
  );
}
