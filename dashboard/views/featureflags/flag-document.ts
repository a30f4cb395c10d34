// One flag as a JSON text for people to edit: its definition, and the rules beside it. Pure.
import { CHANGE_REASON_ANNOTATION } from '@gantry/api/change-history';
import { isMap, ownField } from '@gantry/api/json-value';
import type { FeatureFlag, FeatureFlagSpec, Flag, FlagRules } from '@gantry/api/kinds/feature-flag';
import type { AnyObject } from '@gantry/api/meta';
import type { TextForm } from '../../parts/yaml/write-object.ts';
import { compactJson } from './compact-json.ts';

/** Longest text: a flag may not be larger. */
const CHARACTERS_MAX = 200_000;

/** Shows and reads the flag `key`; `reason` tells why it is changed, for the history. */
export function flagForm(key: string, reason: () => string): TextForm {
  return {
    show: (object) => documentText((object as unknown as FeatureFlag).spec, key),
    read: (text, base) => readDocument(text, base, key, reason()),
    placeOf: (field) => placeInDocument(field, key),
  };
}

function documentText({ flagSpec, rules }: FeatureFlagSpec, key: string): string {
  const document = { flag: ownField(flagSpec.flags, key) ?? {}, rules: ownField(rules ?? {}, key) ?? {} };
  return `${compactJson(document)}\n`;
}

function readDocument(
  text: string,
  base: AnyObject,
  key: string,
  reason: string,
): ReturnType<TextForm['read']> {
  if (text.length > CHARACTERS_MAX)
    return { faults: [{ message: `the text is longer than ${CHARACTERS_MAX} characters` }] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const line = /line (\d+)/.exec(message)?.[1];
    return { faults: [{ message, ...(line === undefined ? {} : { line: Number(line) }) }] };
  }
  if (!isMap(value) || !isMap(value['flag']))
    return { faults: [{ message: 'The text holds one object with "flag" and, if wanted, "rules".' }] };
  const other = Object.keys(value).find((name) => name !== 'flag' && name !== 'rules');
  if (other !== undefined) return { faults: [{ message: `"${other}" is neither "flag" nor "rules".` }] };
  const rules = (value['rules'] ?? {}) as FlagRules;
  return { object: changed(base, key, { flag: value['flag'] as Flag, rules }, reason) };
}

function changed(
  base: AnyObject,
  key: string,
  { flag, rules }: { flag: Flag; rules: FlagRules },
  reason: string,
): AnyObject {
  const { spec } = base as unknown as FeatureFlag;
  const { [key]: _old, ...otherRules } = spec.rules ?? {};
  const allRules =
    isMap(rules) && Object.keys(rules).length === 0 ? otherRules : { ...otherRules, [key]: rules };
  const { [CHANGE_REASON_ANNOTATION]: _before, ...others } = base.metadata.annotations ?? {};
  const annotations = reason === '' ? others : { ...others, [CHANGE_REASON_ANNOTATION]: reason };
  const { rules: _rules, ...restOfSpec } = spec;
  return {
    ...base,
    metadata: { ...base.metadata, annotations },
    spec: {
      ...restOfSpec,
      flagSpec: { ...spec.flagSpec, flags: { ...spec.flagSpec.flags, [key]: flag } },
      ...(Object.keys(allRules).length === 0 ? {} : { rules: allRules }),
    },
  };
}

/** `spec.flagSpec.flags[checkout].targeting.if[1]` is `flag.targeting.if[1]` in the text. */
function placeInDocument(field: string, key: string): string {
  for (const [whole, short] of [
    ['spec.flagSpec.flags', 'flag'],
    ['spec.rules', 'rules'],
  ] as const)
    if (field.startsWith(`${whole}[${key}]`)) return `${short}${field.slice(`${whole}[${key}]`.length)}`;
  return field;
}
