// Flags as rows of a table. Pure.
import { ownField } from '@gantry/api/json-value';
import type { FeatureFlag, FeatureFlagSpec, Flag } from '@gantry/api/kinds/feature-flag';
import { standingOf, type Standing } from './flag-standing.ts';

const HEAD = ['NAME', 'KEY', 'STATE', 'DEFAULT', 'VARIANTS', 'TARGETING'];
const NONE = '<none>';
/** Longest cell; the rest is for `flag get`. */
const CELL_CHARS_MAX = 40;

/** The head and one row a flag, in the order of FeatureFlags and keys. */
export function flagRows(objects: readonly FeatureFlag[], withNamespace: boolean, nowMs: number): string[][] {
  const rows = objects.flatMap(({ metadata, spec }) =>
    sortedFlags(spec).map(([key, flag]) => [
      ...(withNamespace ? [metadata.namespace ?? ''] : []),
      metadata.name ?? '',
      ...cellsOf(key, flag, standingOf(spec, key, nowMs)),
    ]),
  );
  return [[...(withNamespace ? ['NAMESPACE'] : []), ...HEAD], ...rows];
}

/** Each flag with where it is and how it stands, for programs; in the same order. */
export function flagData(objects: readonly FeatureFlag[], nowMs: number): object[] {
  return objects.flatMap(({ metadata: { namespace, name }, spec }) =>
    sortedFlags(spec).map(([key, flag]) => {
      const { state, defaultVariant } = standingOf(spec, key, nowMs);
      const rules = ownField(spec.rules ?? {}, key);
      return {
        ...{ namespace, name, key, ...flag, state },
        ...(defaultVariant === undefined ? {} : { defaultVariant }),
        ...(rules === undefined ? {} : { rules }),
      };
    }),
  );
}

/** The flags of an object with their keys, by these. */
export const sortedFlags = ({ flagSpec }: FeatureFlagSpec): [string, Flag][] =>
  Object.entries(flagSpec.flags).sort(([a], [b]) => (a < b ? -1 : 1));

function cellsOf(key: string, { variants, targeting }: Flag, { state, defaultVariant }: Standing): string[] {
  const names = Object.keys(variants).join(',');
  return [key, state, defaultVariant ?? NONE, clipped(names), targetingText(targeting)];
}

/** The outermost operator says what kind of rule it is. */
function targetingText(targeting: Flag['targeting']): string {
  return Object.keys(targeting ?? {})[0] ?? NONE;
}

/** A value in one line. */
export function valueText(value: unknown): string {
  if (value === undefined) return NONE;
  const isPlain = typeof value === 'string' && value.trim() !== '';
  return clipped(isPlain ? value : JSON.stringify(value));
}

const clipped = (text: string): string =>
  text.length > CELL_CHARS_MAX ? `${text.slice(0, CELL_CHARS_MAX - 1)}…` : text;
