// Objects of kinds that have no describer of their own: every field under a readable name; secrets by size only. Pure.
import type { AnyObject } from '@gantry/api/meta';
import { deletionFields, describer, identityFields, controlledBy, timeText } from './describer.ts';
import { NONE, type Content, type Field } from './layout.ts';

export const anyDescriber = describer<AnyObject>({}, (object) => {
  const { apiVersion: _apiVersion, kind, metadata: _metadata, ...rest } = object;
  return [
    ...identityFields(object),
    ['Created', timeText(object.metadata.creationTimestamp)],
    controlledBy(object),
    ...deletionFields(object),
    ...Object.entries(kind === 'Secret' ? sizesOnly(rest) : rest).map(fieldOf),
  ];
});

/** Values of a Secret are never printed. */
function sizesOnly({
  data,
  stringData: _stringData,
  ...rest
}: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries((data ?? {}) as Record<string, string>);
  const sizes = entries.map(([key, value]) => [
    key,
    `${Math.floor((value.replace(/=+$/, '').length * 3) / 4)} bytes`,
  ]);
  return { ...rest, data: Object.fromEntries(sizes) as unknown };
}

function fieldOf([name, value]: readonly [string, unknown]): Field {
  return [labelOf(name), contentOf(value)];
}

/** `imagePullPolicy` -> `Image Pull Policy`; names that users chose stay as they are. */
export function labelOf(name: string): string {
  if (!/^[a-z][A-Za-z0-9]*$/.test(name)) return name;
  const spaced = name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

function contentOf(value: unknown): Content {
  if (value === null || value === undefined) return NONE;
  if (Array.isArray(value)) return listOf(value);
  if (typeof value !== 'object') return scalarText(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return NONE;
  // Keys of plain maps are the user's own and stay as they are.
  return {
    fields: entries.map(([name, field]) => [isScalarMap(value) ? name : labelOf(name), contentOf(field)]),
  };
}

function listOf(list: readonly unknown[]): Content {
  if (list.every((item) => typeof item !== 'object')) return list.map(scalarText);
  return {
    fields: list.map((item, index) => {
      const name =
        (item as { name?: unknown; type?: unknown } | null)?.name ??
        (item as { type?: unknown } | null)?.type;
      return [typeof name === 'string' ? name : String(index + 1), contentOf(item)];
    }),
  };
}

const isScalarMap = (value: object): boolean =>
  Object.values(value).every((entry) => typeof entry === 'string');

function scalarText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
