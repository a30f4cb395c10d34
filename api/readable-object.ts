// An object as a user would write it: without what the server alone sets, in one order of fields, without the
// values of secrets. Pure.
import type { AnyObject } from './meta.ts';
import { yamlText } from './yaml-text.ts';

const SERVER_METADATA = new Set([
  'managedFields',
  'resourceVersion',
  'uid',
  'generation',
  'creationTimestamp',
]);
const HIDDEN = '***';

/** YAML of the live object and of what it would be; either may be absent. */
export function readablePair(before: AnyObject | undefined, after: AnyObject | undefined): [string, string] {
  const [shownBefore, shownAfter] =
    (after ?? before)?.kind === 'Secret' ? hideSecrets(before, after) : [before, after];
  return [yamlOf(shownBefore), yamlOf(shownAfter)];
}

function yamlOf(object: AnyObject | undefined): string {
  if (object === undefined) return '';
  const { status: _status, metadata, ...rest } = object;
  const own = Object.entries(metadata).filter(([field]) => !SERVER_METADATA.has(field));
  return yamlText({ ...rest, metadata: Object.fromEntries(own) }, { sorted: true });
}

/** That a value changes is shown, not what it is. */
function hideSecrets(
  before: AnyObject | undefined,
  after: AnyObject | undefined,
): [AnyObject | undefined, AnyObject | undefined] {
  const [old, fresh] = [dataOf(before), dataOf(after)];
  const hidden = (own: Record<string, string>, other: Record<string, string>, when: string): object =>
    Object.fromEntries(
      Object.entries(own).map(([key, value]) => [
        key,
        other[key] === undefined || other[key] === value ? HIDDEN : `${HIDDEN} (${when})`,
      ]),
    );
  return [
    before && { ...before, data: hidden(old, fresh, 'before') },
    after && { ...after, data: hidden(fresh, old, 'after') },
  ];
}

function dataOf(object: AnyObject | undefined): Record<string, string> {
  return (object?.['data'] ?? {}) as Record<string, string>;
}
