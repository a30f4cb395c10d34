// The rules of flags beyond their shape: what evaluation would stumble over is refused when it is written, each
// finding with its path. Pure.
import type { Issue } from '../issue.ts';
import { forbiddenField, invalidValue, required, tooLong } from '../issues.ts';
import { isMap } from '../json-value.ts';
import type { Flag, FlagSpec } from '../kinds/feature-flag.ts';
import { ruleIssues, targetingIssues } from './check-targeting.ts';
import { unknownVariant } from './check-variant.ts';
import { FINDINGS_MAX, FLAGS_MAX, KEY_CHARS_MAX, SPEC_CHARS_MAX, VARIANTS_MAX } from './limits.ts';

type Rules = Readonly<Record<string, unknown>>;

/** All findings, at most {@link FINDINGS_MAX}. */
export function flagSpecIssues(spec: FlagSpec, path: string): Issue[] {
  const chars = JSON.stringify(spec).length;
  if (chars > SPEC_CHARS_MAX)
    return [tooLong(path, `must have at most ${SPEC_CHARS_MAX} characters, has ${chars}`)];
  const entries = Object.entries(spec.flags);
  if (entries.length > FLAGS_MAX)
    return [tooLong(`${path}.flags`, `must have at most ${FLAGS_MAX} flags, has ${entries.length}`)];
  const rules: Rules = spec.$evaluators ?? {};
  const issues = [
    ...Object.keys(rules).flatMap((name) =>
      ruleIssues(name, { path: `${path}.$evaluators[${name}]`, rules }),
    ),
    ...noteIssues(spec.metadata, `${path}.metadata`),
  ];
  for (const [key, flag] of entries) {
    if (issues.length >= FINDINGS_MAX) break;
    issues.push(...flagIssues(key, flag, `${path}.flags[${key}]`, rules));
  }
  return issues.slice(0, FINDINGS_MAX);
}

function flagIssues(key: string, flag: Flag, path: string, rules: Rules): Issue[] {
  return [
    ...keyIssues(key, path),
    ...variantIssues(flag.variants, `${path}.variants`),
    ...defaultIssues(flag, `${path}.defaultVariant`),
    ...noteIssues(flag.metadata, `${path}.metadata`),
    ...(flag.targeting === undefined
      ? []
      : targetingIssues(flag.targeting, {
          path: `${path}.targeting`,
          rules,
          variants: Object.keys(flag.variants),
        })),
  ];
}

/** A key is a segment of OFREP's path and a word of a command. */
function keyIssues(key: string, path: string): Issue[] {
  if (key.length > KEY_CHARS_MAX)
    return [tooLong(path, `a flag's key must have at most ${KEY_CHARS_MAX} characters`)];
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._:/-]*$/u.test(key))
    return [
      invalidValue(
        path,
        key,
        "a flag's key begins with a letter or digit; then also '.', '_', ':', '/', '-'",
      ),
    ];
  return [];
}

function variantIssues(variants: Readonly<Record<string, unknown>>, path: string): Issue[] {
  const entries = Object.entries(variants);
  const [first] = entries;
  if (first === undefined) return [required(path, 'a flag has at least one variant')];
  if (entries.length > VARIANTS_MAX)
    return [tooLong(path, `must have at most ${VARIANTS_MAX} variants, has ${entries.length}`)];
  const [firstName, firstValue] = first;
  const type = typeOf(firstValue);
  return entries.flatMap(([name, value]) => {
    const at = `${path}[${name}]`;
    if (name === '' || name === '__proto__') return [invalidValue(at, name, 'is no name of a variant')];
    const own = typeOf(value);
    if (own === undefined)
      return [invalidValue(at, value, 'must be a boolean, a string, a number or an object')];
    if (type === undefined || own === type) return [];
    return [invalidValue(at, value, `all variants have one type: this is ${own}, "${firstName}" is ${type}`)];
  });
}

/** OpenFeature's types of a value. */
function typeOf(value: unknown): string | undefined {
  if (isMap(value)) return 'object';
  return ['boolean', 'string', 'number'].find((type) => typeof value === type);
}

function defaultIssues({ defaultVariant, variants }: Flag, path: string): Issue[] {
  const names = Object.keys(variants);
  if (defaultVariant === undefined || names.length === 0 || names.includes(defaultVariant)) return [];
  return [unknownVariant(path, defaultVariant, names)];
}

function noteIssues(notes: Readonly<Record<string, unknown>> | undefined, path: string): Issue[] {
  return Object.entries(notes ?? {}).flatMap(([name, value]) => {
    if (name === '__proto__') return [forbiddenField(`${path}[${name}]`, 'is no name')];
    if (['boolean', 'string', 'number'].includes(typeof value)) return [];
    return [invalidValue(`${path}[${name}]`, value, 'must be a boolean, a string or a number')];
  });
}
