// FeatureFlag: flags in flagd's definition, decided for each evaluation by a context. Applies unchanged from the
// OpenFeature operator's files.
import { Type, type Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { flagSpecIssues } from '../flags/check-flag-spec.ts';
import { flagChanges } from '../flags/flag-changes.ts';
import { ATOMIC, described, integer, long, mapOf, oneOf, optional, struct, text } from '../schema.ts';
import { metadataIssues } from './check-metadata.ts';
import { ageColumn } from './columns.ts';
import { objectFields } from './object-fields.ts';

const TYPES = 'dev.gantry.v1alpha1';
const DESCRIPTION =
  'Feature flags: variants of a value and the rules that choose among them for each evaluation, as flagd defines them.';

const ANYTHING = { 'x-kubernetes-preserve-unknown-fields': true };
const anyValue = (description: string) => Type.Unsafe<unknown>({ ...ANYTHING, description });
const rule = (description: string) =>
  Type.Unsafe<Record<string, unknown>>({ ...ANYTHING, ...ATOMIC, type: 'object', description });
const notes = (description: string) =>
  mapOf(description, anyValue('A text, a number, or true or false.'), { ...ATOMIC });

export const Flag = struct(`${TYPES}.Flag`, 'One flag.', {
  state: oneOf(
    'ENABLED, or DISABLED: then nothing is decided and programs use the value in their own code.',
    ['ENABLED', 'DISABLED'],
  ),
  variants: mapOf('The values that the flag may have, by name; all of one type.', anyValue('A value.')),
  defaultVariant: optional(
    text("The variant where targeting names none; programs use their code's own value when absent."),
  ),
  targeting: optional(
    rule(
      'JSONLogic that names a variant by the context, with the operators fractional, sem_ver, starts_with, ends_with and $ref.',
    ),
  ),
  metadata: optional(notes('Told with each evaluation.')),
});
export type Flag = Static<typeof Flag>;

export const FlagSpec = struct(`${TYPES}.FlagSpec`, "flagd's definition of flags.", {
  flags: mapOf('The flags by their keys.', Flag, { default: {} }),
  $evaluators: optional(mapOf('Rules by name, for `$ref` in any targeting.', rule('A rule.'))),
  metadata: optional(notes('Told with each evaluation of any of the flags; their own goes before it.')),
});
export type FlagSpec = Static<typeof FlagSpec>;

export const FeatureFlagSpec = struct(`${TYPES}.FeatureFlagSpec`, 'What a FeatureFlag is to be.', {
  flagSpec: described('The flags.', FlagSpec),
});

export const FeatureFlagStatus = struct(
  `${TYPES}.FeatureFlagStatus`,
  'What is known of a FeatureFlag. Written together with its spec.',
  {
    observedGeneration: optional(long('Generation that this describes.')),
    flags: optional(integer('How many flags there are.')),
    enabled: optional(integer('How many of them are enabled.')),
    targeted: optional(integer('How many of them have targeting.')),
  },
);
export type FeatureFlagStatus = Static<typeof FeatureFlagStatus>;

export const FeatureFlag = struct(`${TYPES}.FeatureFlag`, DESCRIPTION, {
  ...objectFields,
  spec: described('The flags.', FeatureFlagSpec),
  status: optional(described('What is known of it.', FeatureFlagStatus)),
});
export type FeatureFlag = Static<typeof FeatureFlag>;

export const featureFlagKind = defineKind<FeatureFlag>({
  group: 'gantry.dev',
  version: 'v1alpha1',
  kind: 'FeatureFlag',
  resource: 'featureflags',
  singular: 'featureflag',
  shortNames: ['ff'],
  categories: [],
  namespaced: true,
  aliases: [{ group: 'core.openfeature.dev', version: 'v1beta1' }],
  schema: FeatureFlag,
  description: DESCRIPTION,
  subresources: { status: true },
  hasGeneration: true,
  check: ({ metadata, spec }) => [
    ...metadataIssues(metadata),
    ...flagSpecIssues(spec.flagSpec, 'spec.flagSpec'),
  ],
  statusOf,
  changesOf: (before, after) => {
    const changes = flagChanges(before?.spec.flagSpec, after?.spec.flagSpec);
    return changes.length === 0 ? undefined : { reason: 'FlagChanged', changes };
  },
  columns: [
    {
      name: 'Flags',
      type: 'integer',
      description: 'How many flags there are.',
      value: (object) => flagsOf(object).length,
    },
    {
      name: 'Enabled',
      type: 'string',
      description: 'How many of them are enabled.',
      value: (object) => {
        const flags = flagsOf(object);
        return `${flags.filter(isEnabled).length}/${flags.length}`;
      },
    },
    {
      name: 'Keys',
      type: 'string',
      priority: 1,
      description: 'The keys of the flags.',
      value: ({ spec }) => Object.keys(spec.flagSpec.flags).sort().join(','),
    },
    ageColumn(),
  ],
  selectableFields: {},
});

const flagsOf = ({ spec }: FeatureFlag): Flag[] => Object.values(spec.flagSpec.flags);
const isEnabled = ({ state }: Flag): boolean => state === 'ENABLED';

function statusOf(object: FeatureFlag): FeatureFlagStatus {
  const flags = flagsOf(object);
  return {
    observedGeneration: object.metadata.generation ?? 1,
    flags: flags.length,
    enabled: flags.filter(isEnabled).length,
    targeted: flags.filter(({ targeting }) => Object.keys(targeting ?? {}).length > 0).length,
  };
}
