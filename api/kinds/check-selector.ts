// What holds for label selectors, and between a workload's selector and its template.
import isEqual from 'fast-deep-equal';
import type { Issue } from '../issue.ts';
import { forbiddenField, immutable, invalidValue, required } from '../issues.ts';
import { fromLabelSelectorObject, matchesLabels } from '../label-selector.ts';
import { labelValueProblem, qualifiedNameProblem } from '../names.ts';
import { labelIssues, textIssues } from './check-metadata.ts';
import type { LabelSelector, LabelSelectorRequirement } from './label-selector.ts';

/** Issues of a selector by itself. */
export function labelSelectorIssues(selector: LabelSelector | undefined, path: string): Issue[] {
  return [
    ...labelIssues(selector?.matchLabels, `${path}.matchLabels`),
    ...(selector?.matchExpressions ?? []).flatMap((expression, index) =>
      requirementIssues(expression, `${path}.matchExpressions[${index}]`),
    ),
  ];
}

function requirementIssues(expression: LabelSelectorRequirement, path: string): Issue[] {
  const values = expression.values ?? [];
  const takesValues = expression.operator === 'In' || expression.operator === 'NotIn';
  const issues = textIssues(`${path}.key`, expression.key, qualifiedNameProblem);
  if (takesValues && values.length === 0) {
    issues.push(required(`${path}.values`, 'must be specified when `operator` is In or NotIn'));
  }
  if (!takesValues && values.length > 0) {
    issues.push(
      forbiddenField(`${path}.values`, `may not be specified when \`operator\` is ${expression.operator}`),
    );
  }
  values.forEach((value, index) =>
    issues.push(...textIssues(`${path}.values[${index}]`, value, labelValueProblem)),
  );
  return issues;
}

/** A workload: a selector and the template whose pods it must select. */
export interface SelectingSpec {
  selector: LabelSelector;
  template: { metadata?: { labels?: Record<string, string> } };
}

/** Issues of a workload's selector: valid, not empty, matching the template. */
export function workloadSelectorIssues(spec: SelectingSpec, kind: string): Issue[] {
  const { selector, template } = spec;
  const size = Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length;
  if (size === 0) {
    const why = `an empty selector would select all pods: name a label of the template in matchLabels of the ${kind}`;
    return [invalidValue('spec.selector', selector, why)];
  }
  const issues = labelSelectorIssues(selector, 'spec.selector');
  const labels = template.metadata?.labels;
  if (issues.length === 0 && !matchesLabels(fromLabelSelectorObject(selector), labels)) {
    const why =
      '`selector` does not match template `labels`: give the template all labels that the selector names';
    issues.push(invalidValue('spec.template.metadata.labels', labels ?? {}, why));
  }
  return issues;
}

/** The selector says which pods belong to the object, so it stays. */
export function selectorUpdateIssues(
  selector: LabelSelector | undefined,
  old: LabelSelector | undefined,
): Issue[] {
  if (isEqual(selector, old)) return [];
  return [immutable('spec.selector', selector, 'delete the object and create it anew to change it')];
}
