// FeatureFlags: each flag as it stands now, with its variants, targeting and rules. Keys are the users' own. Pure.
import { ownField } from '@gantry/api/json-value';
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import { yamlText } from '@gantry/api/yaml-text';
import { standingOf } from '../flag/flag-standing.ts';
import { sortedFlags, valueText } from '../flag/flag-table.ts';
import { controlledBy, deletionFields, describer, identityFields, timeText } from './describer.ts';
import { NONE, type Field } from './layout.ts';

export const featureFlagDescriber = describer<FeatureFlag>({}, (object, { nowMs }) => [
  ...identityFields(object),
  ['Created', timeText(object.metadata.creationTimestamp)],
  controlledBy(object),
  ...deletionFields(object),
  ...sortedFlags(object.spec).map(([key, flag]): Field => {
    const { state, defaultVariant, because } = standingOf(object.spec, key, nowMs);
    const rules = ownField(object.spec.rules ?? {}, key);
    const fields: Field[] = [
      ['State', because === undefined ? state : `${state} (${because})`],
      ['Default', defaultVariant ?? NONE],
      ['Variants', Object.entries(flag.variants).map(([name, value]) => `${name} = ${valueText(value)}`)],
      ['Targeting', linesOf(flag.targeting)],
      ['Rules', linesOf(rules)],
      ['Metadata', linesOf(flag.metadata)],
    ];
    return [`Flag ${key}`, { fields }];
  }),
  ['Evaluators', linesOf(object.spec.flagSpec.$evaluators)],
]);

function linesOf(value: object | undefined): string[] | undefined {
  if (value === undefined || Object.keys(value).length === 0) return undefined;
  return yamlText(value).trimEnd().split('\n');
}
