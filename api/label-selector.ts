// Label selectors: what they mean (matching) and how they are written. Reading the text form is in
// label-selector-text.ts; both follow Kubernetes, so an absent label satisfies `!=` and `notin`.
import type { SelectorResult } from './selector-result.ts';
import { parseRequirements } from './label-selector-text.ts';

/** One condition on one label. Numbers are compared by `>` and `<`. */
export interface LabelRequirement {
  key: string;
  operator: '=' | '!=' | 'in' | 'notin' | 'exists' | 'absent' | '>' | '<';
  /** One for `=`, `!=`, `>`, `<`; any number for `in` and `notin`; none for the others. */
  values: readonly string[];
}

/** All requirements have to hold. No requirement: everything matches. `nothing`: nothing ever matches. */
export interface LabelSelector {
  requirements: readonly LabelRequirement[];
  nothing?: true;
}

/** The LabelSelector object of a spec. */
export interface LabelSelectorObject {
  matchLabels?: Readonly<Record<string, string>>;
  matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
}

const OPERATORS: Readonly<Record<string, LabelRequirement['operator']>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: 'absent',
  Gt: '>',
  Lt: '<',
};

/** Matches every object. */
export const EVERYTHING: LabelSelector = { requirements: [] };
/** Matches no object. */
export const NOTHING: LabelSelector = { requirements: [], nothing: true };

/** Reads `app=web,tier in (a,b),!canary`. The empty text matches everything. */
export function parseLabelSelector(text: string): SelectorResult<LabelSelector> {
  const result = parseRequirements(text);
  return result.ok ? { ok: true, selector: { requirements: result.selector } } : result;
}

/**
 * The selector of a spec. An absent object matches nothing, an empty one everything, as in Kubernetes.
 * An operator that validation should have refused matches nothing.
 */
export function fromLabelSelectorObject(object: LabelSelectorObject | undefined): LabelSelector {
  if (object === undefined) return NOTHING;
  const requirements: LabelRequirement[] = Object.entries(object.matchLabels ?? {}).map(([key, value]) => {
    return { key, operator: '=', values: [value] };
  });
  for (const { key, operator: name, values = [] } of object.matchExpressions ?? []) {
    const operator = OPERATORS[name];
    if (operator === undefined) return NOTHING;
    requirements.push({ key, operator, values });
  }
  return { requirements };
}

/** Whether an object with these labels is selected. */
export function matchesLabels(
  selector: LabelSelector,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  if (selector.nothing === true) return false;
  return selector.requirements.every((requirement) => holds(requirement, labelOf(labels, requirement.key)));
}

function labelOf(labels: Readonly<Record<string, string>> | undefined, key: string): string | undefined {
  return labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function holds({ operator, values }: LabelRequirement, label: string | undefined): boolean {
  switch (operator) {
    case '=':
    case 'in':
      return label !== undefined && values.includes(label);
    case '!=':
    case 'notin':
      return label === undefined || !values.includes(label);
    case 'exists':
      return label !== undefined;
    case 'absent':
      return label === undefined;
    case '>':
      return isWholeNumber(label) && Number(label) > Number(values[0]);
    case '<':
      return isWholeNumber(label) && Number(label) < Number(values[0]);
  }
}

function isWholeNumber(label: string | undefined): boolean {
  return label !== undefined && /^[+-]?\d+$/.test(label);
}

/** The text form, ordered by key: `app=web,tier in (a,b)`. `<none>`-like markers are up to the caller. */
export function formatLabelSelector(selector: LabelSelector): string {
  return [...selector.requirements]
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(formatRequirement)
    .join(',');
}

function formatRequirement({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case 'absent':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${[...values].sort().join(',')})`;
    case '=':
    case '!=':
    case '>':
    case '<':
      return `${key}${operator}${values[0] ?? ''}`;
  }
}
