// Columns that several kinds show.
import type { Column } from '../definition.ts';
import { formatAge } from '../duration.ts';
import { formatLabelSelector, fromLabelSelectorObject, type LabelSelectorObject } from '../label-selector.ts';
import type { AnyObject } from '../meta.ts';

/** Stands for what is not there. */
export const NONE = '<none>';
/** Stands for a time that is not known. */
const UNKNOWN = '<unknown>';

/** How long ago a time was: `5m13s`. */
export function sinceText(time: string | undefined, nowMs: number, absent = UNKNOWN): string {
  const ms = Date.parse(time ?? '');
  return Number.isNaN(ms) ? absent : formatAge(nowMs - ms);
}

/** AGE: time since creation. */
export const ageColumn = <T extends AnyObject>(): Column<T> => ({
  name: 'Age',
  type: 'string',
  description: 'Time since its creation.',
  value: (object, nowMs) => sinceText(object.metadata.creationTimestamp, nowMs),
});

interface TemplateLike {
  spec: { containers: readonly { name: string; image: string }[] };
}

/** CONTAINERS, IMAGES and SELECTOR of a workload, for `-o wide`. */
export function workloadColumns<T extends AnyObject>(
  templateOf: (object: T) => TemplateLike | undefined,
  selectorOf: (object: T) => LabelSelectorObject | undefined,
): readonly Column<T>[] {
  const listed = (object: T, field: 'name' | 'image'): string =>
    (templateOf(object)?.spec.containers ?? []).map((container) => container[field]).join(',');
  return [
    {
      name: 'Containers',
      type: 'string',
      priority: 1,
      description: 'Names of the containers in the template.',
      value: (object) => listed(object, 'name'),
    },
    {
      name: 'Images',
      type: 'string',
      priority: 1,
      description: 'Images of the containers in the template.',
      value: (object) => listed(object, 'image'),
    },
    {
      name: 'Selector',
      type: 'string',
      priority: 1,
      description: 'Which pods belong to it.',
      value: (object) => selectorText(selectorOf(object)),
    },
  ];
}

function selectorText(selector: LabelSelectorObject | undefined): string {
  const text = formatLabelSelector(fromLabelSelectorObject(selector));
  return text === '' ? NONE : text;
}

/** A column with a whole number. */
export const countColumn = <T extends AnyObject>(
  name: string,
  description: string,
  value: (object: T) => number | undefined,
): Column<T> => ({ name, type: 'integer', description, value: (object) => value(object) ?? 0 });

/** `a=b,c=d`, ordered by key. */
export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const entries = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? NONE : entries.map(([key, value]) => `${key}=${value}`).join(',');
}
