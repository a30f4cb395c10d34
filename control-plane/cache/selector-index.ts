// The index of Services by one label that they select: a pod is selected only by Services that are found under one of
// its own labels.
import type { AnyObject } from '@gantry/api/meta';

/** Name of the index. */
export const SELECTOR_INDEX = 'selector';

type Labels = Readonly<Record<string, string>>;

/** What a selector is found under: the last of its labels in order of names, the least general one by habit; none when it is empty. */
export function selectorTerm(namespace = '', selector: Labels): string | undefined {
  const key = Object.keys(selector).sort().at(-1);
  return key === undefined ? undefined : `${namespace}/${key}=${selector[key]}`;
}

/** What an object is looked for under. */
export function termsOf({ metadata }: AnyObject): string[] {
  const { namespace = '', labels = {} } = metadata;
  return Object.entries(labels).map(([key, value]) => `${namespace}/${key}=${value}`);
}

/** The term of an object with a plain `spec.selector`. */
export function selectorTerms(object: AnyObject): readonly string[] {
  const { selector = {} } = (object['spec'] ?? {}) as { selector?: Labels };
  const term = selectorTerm(object.metadata.namespace, selector);
  return term === undefined ? [] : [term];
}
