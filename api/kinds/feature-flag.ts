// FeatureFlag: flags in flagd's definition, decided for each evaluation by a context. Applies unchanged from the
// OpenFeature operator's files.
import { Type, type Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { specIssues } from '../flags/check-rules.ts';
import { specChanges } from '../flags/rule-changes.ts';
import {
  ATOMIC,
  described,
  flag,
  integer,
  listOf,
  long,
  mapOf,
  oneOf,
  optional,
  struct,
  text,
  time,
} from '../schema.ts';
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

const Prerequisite = struct(`${TYPES}.Prerequisite`, 'What another flag has to be.', {
  flag: text('Key of another flag of this FeatureFlag.'),
  variant: text('The variant that it has to have, for the same context.'),
});

const ScheduledChange = struct(`${TYPES}.ScheduledChange`, 'A change that is made when its time has come.', {
  at: time('From when on.'),
  state: optional(oneOf('The state from then on.', ['ENABLED', 'DISABLED'])),
  variant: optional(text('The default variant from then on.')),
});

export const FlagRules = struct(`${TYPES}.FlagRules`, "What flagd's definition does not have, of one flag.", {
  offVariant: optional(
    text(
      "The variant while the kill switch is engaged or a prerequisite is not met; programs use their code's own value when absent.",
    ),
  ),
  killSwitch: optional(
    struct(`${TYPES}.KillSwitch`, 'Turns a flag off for all, whatever else is said of it.', {
      engaged: flag('Whether it is off.'),
    }),
  ),
  prerequisites: optional(
    listOf('What other flags have to be before this one is decided at all.', Prerequisite, {
      listMapKeys: ['flag'],
    }),
  ),
  schedule: optional(
    listOf('Changes to come, each later than the one before.', ScheduledChange, { listType: 'atomic' }),
  ),
});
export type FlagRules = Static<typeof FlagRules>;

export const FeatureFlagSpec = struct(`${TYPES}.FeatureFlagSpec`, 'What a FeatureFlag is to be.', {
  flagSpec: described('The flags.', FlagSpec),
  rules: optional(
    mapOf(
      'Kill switches, prerequisites and schedules, by the keys of the flags; `flagSpec` stays as other programs read it.',
      FlagRules,
    ),
  ),
});
export type FeatureFlagSpec = Static<typeof FeatureFlagSpec>;

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
  check: ({ metadata, spec }) => [...metadataIssues(metadata), ...specIssues(spec, 'spec')],
  statusOf,
  changesOf: (before, after) => {
    const changes = specChanges(before?.spec, after?.spec);
    return changes.length === 0 ? undefined : { reason: 'FlagChanged', changes };
  },
  historyOf: ({ spec }) => ({ spec }),
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
