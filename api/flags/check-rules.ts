// The rules beside flagd's definition: kill switches, prerequisites, schedules. What could never be met, or leads in
// circles, is refused with its path. Pure.
import type { Issue } from '../issue.ts';
import { duplicate, invalidValue, required, tooLong } from '../issues.ts';
import type { FeatureFlagSpec, FlagRules, FlagSpec } from '../kinds/feature-flag.ts';
import { ownField } from '../json-value.ts';
import { nearestName } from '../nearest-name.ts';
import { flagSpecIssues } from './check-flag-spec.ts';
import { unknownVariant } from './check-variant.ts';
import { FINDINGS_MAX, FLAGS_MAX, PREREQUISITES_MAX, SCHEDULE_MAX } from './limits.ts';

type Flags = FlagSpec['flags'];
type Rules = Readonly<Record<string, FlagRules>>;

/** All findings about a FeatureFlag, at most {@link FINDINGS_MAX}. Rules of flags that are wrong are not looked at. */
export function specIssues({ flagSpec, rules }: FeatureFlagSpec, path: string): Issue[] {
  const issues = flagSpecIssues(flagSpec, `${path}.flagSpec`);
  if (issues.length > 0 || rules === undefined) return issues;
  const entries = Object.entries(rules);
  if (entries.length > FLAGS_MAX)
    return [tooLong(`${path}.rules`, `must have at most ${FLAGS_MAX} flags, has ${entries.length}`)];
  const found = entries.flatMap(([key, own]) =>
    rulesIssues(key, own, `${path}.rules[${key}]`, flagSpec.flags),
  );
  if (found.length > 0) return found.slice(0, FINDINGS_MAX);
  return circleIssues(rules, `${path}.rules`).slice(0, FINDINGS_MAX);
}

function rulesIssues(key: string, rules: FlagRules, path: string, flags: Flags): Issue[] {
  const flag = ownField(flags, key);
  if (flag === undefined) return [unknownFlag(path, key, flags)];
  const variants = Object.keys(flag.variants);
  return [
    ...variantIssues(rules.offVariant, `${path}.offVariant`, variants),
    ...prerequisiteIssues(key, rules, `${path}.prerequisites`, flags),
    ...scheduleIssues(rules, `${path}.schedule`, variants),
  ];
}

function unknownFlag(path: string, key: string, flags: Flags): Issue {
  const nearest = nearestName(key, Object.keys(flags));
  const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  return invalidValue(path, key, `is no flag of this FeatureFlag${hint}`);
}

function variantIssues(name: string | undefined, path: string, variants: readonly string[]): Issue[] {
  return name === undefined || variants.includes(name) ? [] : [unknownVariant(path, name, variants)];
}

function prerequisiteIssues(
  key: string,
  { prerequisites = [] }: FlagRules,
  path: string,
  flags: Flags,
): Issue[] {
  if (prerequisites.length > PREREQUISITES_MAX)
    return [tooLong(path, `must have at most ${PREREQUISITES_MAX} items, has ${prerequisites.length}`)];
  return prerequisites.flatMap(({ flag: other, variant }, index) => {
    const at = `${path}[${index}]`;
    const flag = ownField(flags, other);
    if (flag === undefined) return [unknownFlag(`${at}.flag`, other, flags)];
    if (other === key) return [invalidValue(`${at}.flag`, other, 'a flag cannot wait for itself')];
    if (prerequisites.findIndex((one) => one.flag === other) < index) return [duplicate(`${at}.flag`, other)];
    return variantIssues(variant, `${at}.variant`, Object.keys(flag.variants));
  });
}

function scheduleIssues({ schedule = [] }: FlagRules, path: string, variants: readonly string[]): Issue[] {
  if (schedule.length > SCHEDULE_MAX)
    return [tooLong(path, `must have at most ${SCHEDULE_MAX} items, has ${schedule.length}`)];
  return schedule.flatMap(({ at, state, variant }, index) => {
    const place = `${path}[${index}]`;
    const before = schedule[index - 1];
    const isLater = before === undefined || Date.parse(before.at) < Date.parse(at);
    return [
      ...(isLater ? [] : [invalidValue(`${place}.at`, at, 'must be later than the change before it')]),
      ...(state === undefined && variant === undefined
        ? [required(place, 'a state or a variant: without either, nothing changes')]
        : []),
      ...variantIssues(variant, `${place}.variant`, variants),
    ];
  });
}

/** Each circle once, told at the first of its flags. */
function circleIssues(rules: Rules, path: string): Issue[] {
  const done = new Set<string>();
  const issues: Issue[] = [];
  const visit = (key: string, through: readonly string[]): void => {
    const begin = through.indexOf(key);
    if (begin >= 0) {
      const circle = [...through.slice(begin), key];
      const index = ownField(rules, key)?.prerequisites?.findIndex(({ flag }) => flag === circle[1]) ?? 0;
      const at = `${path}[${key}].prerequisites[${index}].flag`;
      issues.push(invalidValue(at, circle[1] ?? '', `leads in a circle: ${circle.join(' -> ')}`));
      return;
    }
    if (done.has(key)) return;
    for (const { flag } of ownField(rules, key)?.prerequisites ?? []) visit(flag, [...through, key]);
    done.add(key);
  };
  for (const key of Object.keys(rules)) visit(key, []);
  return issues;
}
