// What holds for the fields that say where a pod may run.
import type { Issue } from '../../issue.ts';
import { duplicate, forbiddenField, invalidValue, required } from '../../issues.ts';
import { labelValueProblem, qualifiedNameProblem } from '../../names.ts';
import { labelIssues, textIssues } from '../check-metadata.ts';
import { labelSelectorIssues } from '../check-selector.ts';
import type {
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinityTerm,
  PodAntiAffinity,
  Toleration,
} from './affinity.ts';
import type { PodSpec } from './pod-spec.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Issues of node selector, affinity, tolerations and spread. */
export function placementIssues(spec: PodSpec, path: string): Issue[] {
  const { affinity } = spec;
  return [
    ...labelIssues(spec.nodeSelector, `${path}.nodeSelector`),
    ...nodeAffinityIssues(affinity?.nodeAffinity, `${path}.affinity.nodeAffinity`),
    ...podAffinityIssues(affinity?.podAffinity, `${path}.affinity.podAffinity`),
    ...podAffinityIssues(affinity?.podAntiAffinity, `${path}.affinity.podAntiAffinity`),
    ...(spec.tolerations ?? []).flatMap((item, index) =>
      tolerationIssues(item, `${path}.tolerations[${index}]`),
    ),
    ...spreadIssues(spec, `${path}.topologySpreadConstraints`),
  ];
}

type NodeAffinity = NonNullable<NonNullable<PodSpec['affinity']>['nodeAffinity']>;

function nodeAffinityIssues(affinity: NodeAffinity | undefined, path: string): Issue[] {
  const terms = affinity?.[REQUIRED]?.nodeSelectorTerms;
  const issues: Issue[] = [];
  if (terms !== undefined && terms.length === 0) {
    issues.push(
      required(`${path}.${REQUIRED}.nodeSelectorTerms`, 'must have at least one node selector term'),
    );
  }
  (terms ?? []).forEach((term, index) => {
    issues.push(...termIssues(term, `${path}.${REQUIRED}.nodeSelectorTerms[${index}]`));
  });
  (affinity?.[PREFERRED] ?? []).forEach((wish, index) => {
    issues.push(...termIssues(wish.preference, `${path}.${PREFERRED}[${index}].preference`));
  });
  return issues;
}

function termIssues(term: NodeSelectorTerm, path: string): Issue[] {
  const fields = (term.matchFields ?? []).flatMap((requirement, index) => {
    const at = `${path}.matchFields[${index}]`;
    if (requirement.key !== 'metadata.name') {
      return [
        invalidValue(
          `${at}.key`,
          requirement.key,
          'must be metadata.name, the only field that nodes are selected by',
        ),
      ];
    }
    return nodeRequirementIssues(requirement, at);
  });
  const labels = (term.matchExpressions ?? []).flatMap((requirement, index) => {
    const at = `${path}.matchExpressions[${index}]`;
    return [
      ...textIssues(`${at}.key`, requirement.key, qualifiedNameProblem),
      ...nodeRequirementIssues(requirement, at),
    ];
  });
  return [...labels, ...fields];
}

function nodeRequirementIssues({ operator, values = [] }: NodeSelectorRequirement, path: string): Issue[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0
        ? []
        : [required(`${path}.values`, 'must be specified when `operator` is In or NotIn')];
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0
        ? []
        : [forbiddenField(`${path}.values`, `may not be specified when \`operator\` is ${operator}`)];
    case 'Gt':
    case 'Lt':
      return values.length === 1 && /^-?\d+$/.test(values[0] ?? '')
        ? []
        : [required(`${path}.values`, `must be one whole number when \`operator\` is ${operator}`)];
  }
}

function podAffinityIssues(affinity: PodAntiAffinity | undefined, path: string): Issue[] {
  return [
    ...(affinity?.[REQUIRED] ?? []).flatMap((term, index) =>
      podTermIssues(term, `${path}.${REQUIRED}[${index}]`),
    ),
    ...(affinity?.[PREFERRED] ?? []).flatMap((wish, index) =>
      podTermIssues(wish.podAffinityTerm, `${path}.${PREFERRED}[${index}].podAffinityTerm`),
    ),
  ];
}

function podTermIssues(term: PodAffinityTerm, path: string): Issue[] {
  return [
    ...topologyKeyIssues(term.topologyKey, `${path}.topologyKey`),
    ...labelSelectorIssues(term.labelSelector, `${path}.labelSelector`),
  ];
}

function topologyKeyIssues(key: string, path: string): Issue[] {
  return key === '' ? [required(path, 'can not be empty')] : textIssues(path, key, qualifiedNameProblem);
}

function tolerationIssues(toleration: Toleration, path: string): Issue[] {
  const { key = '', operator = 'Equal', value = '', effect, tolerationSeconds } = toleration;
  const issues = key === '' ? [] : textIssues(`${path}.key`, key, qualifiedNameProblem);
  if (key === '' && operator !== 'Exists') {
    issues.push(
      invalidValue(
        `${path}.operator`,
        operator,
        'must be Exists when `key` is empty, which means all taints',
      ),
    );
  }
  if (operator === 'Exists' && value !== '') {
    issues.push(invalidValue(`${path}.value`, value, 'must be empty when `operator` is Exists'));
  }
  if (operator === 'Equal') issues.push(...textIssues(`${path}.value`, value, labelValueProblem));
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    issues.push(
      invalidValue(`${path}.effect`, effect ?? '', 'must be NoExecute when `tolerationSeconds` is set'),
    );
  }
  return issues;
}

function spreadIssues(spec: PodSpec, path: string): Issue[] {
  const seen = new Set<string>();
  return (spec.topologySpreadConstraints ?? []).flatMap((constraint, index) => {
    const at = `${path}[${index}]`;
    const pair = `${constraint.topologyKey}, ${constraint.whenUnsatisfiable}`;
    const issues = [
      ...topologyKeyIssues(constraint.topologyKey, `${at}.topologyKey`),
      ...labelSelectorIssues(constraint.labelSelector, `${at}.labelSelector`),
    ];
    if (seen.has(pair)) issues.push(duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${pair}}`));
    seen.add(pair);
    return issues;
  });
}
