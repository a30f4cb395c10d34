// Flags as rows of a table. Pure.
import { ownField } from '@gantry/api/json-value';
import type { FeatureFlag, Flag, FlagRules } from '@gantry/api/kinds/feature-flag';

const HEAD = ['NAME', 'KEY', 'STATE', 'DEFAULT', 'VARIANTS', 'TARGETING'];
const NONE = '<none>';
/** Longest cell; the rest is for `flag get`. */
const CELL_CHARS_MAX = 40;

/** The head and one row a flag, in the order of FeatureFlags and keys. */
export function flagRows(objects: readonly FeatureFlag[], withNamespace: boolean): string[][] {
  const rows = objects.flatMap(({ metadata, spec }) =>
    Object.entries(spec.flagSpec.flags)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, flag]) => [
        ...(withNamespace ? [metadata.namespace ?? ''] : []),
        metadata.name ?? '',
        ...cellsOf(key, flag, ownField(spec.rules ?? {}, key)),
      ]),
  );
  return [[...(withNamespace ? ['NAMESPACE'] : []), ...HEAD], ...rows];
}

function cellsOf(
  key: string,
  { state, defaultVariant, variants, targeting }: Flag,
  rules: FlagRules | undefined,
): string[] {
  const names = Object.keys(variants).join(',');
  return [
    key,
    rules?.killSwitch?.engaged === true ? 'KILLED' : state,
    defaultVariant ?? NONE,
    clipped(names),
    targetingText(targeting),
  ];
}

/** The outermost operator says what kind of rule it is. */
function targetingText(targeting: Flag['targeting']): string {
  return Object.keys(targeting ?? {})[0] ?? NONE;
}

/** A value in one line. */
export function valueText(value: unknown): string {
  if (value === undefined) return NONE;
  return clipped(typeof value === 'string' ? value : JSON.stringify(value));
}

const clipped = (text: string): string =>
  text.length > CELL_CHARS_MAX ? `${text.slice(0, CELL_CHARS_MAX - 1)}…` : text;
