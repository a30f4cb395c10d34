// Whether a node answers to a pod's nodeSelector and node affinity. Pure; shared by the scheduler and the
// DaemonSet controller.

/** What of a node is looked at. */
export interface NodeLike {
  metadata: { name?: string; labels?: Record<string, string> };
}

/** One condition on a label or field. */
export interface NodeRequirementLike {
  key: string;
  /** In, NotIn, Exists, DoesNotExist, Gt or Lt. */
  operator: string;
  values?: readonly string[];
}

/** All conditions of a term have to hold; a term without any matches no node. */
export interface NodeSelectorTermLike {
  matchExpressions?: readonly NodeRequirementLike[];
  matchFields?: readonly NodeRequirementLike[];
}

/** One of the terms has to hold. */
export interface NodeSelectorLike {
  nodeSelectorTerms: readonly NodeSelectorTermLike[];
}

/** The part of a pod's spec that binds it to certain nodes. */
export interface NodeBoundSpec {
  nodeSelector?: Record<string, string>;
  affinity?: {
    nodeAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: NodeSelectorLike };
  };
}

/** Whether every label of `spec.nodeSelector` stands on the node. */
export function matchesNodeLabels(selector: Record<string, string> | undefined, node: NodeLike): boolean {
  const labels = node.metadata.labels ?? {};
  return Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value);
}

/** Whether one of the terms holds for the node. */
export function matchesNodeSelector(selector: NodeSelectorLike, node: NodeLike): boolean {
  return selector.nodeSelectorTerms.some((term) => matchesNodeSelectorTerm(term, node));
}

/** Whether all conditions of the term hold for the node. The only field known is `metadata.name`. */
export function matchesNodeSelectorTerm(term: NodeSelectorTermLike, node: NodeLike): boolean {
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  if (expressions.length + fields.length === 0) return false;
  const labels = node.metadata.labels ?? {};
  return (
    expressions.every((requirement) => matchesRequirement(requirement, labels[requirement.key])) &&
    fields.every((requirement) =>
      matchesRequirement(requirement, requirement.key === 'metadata.name' ? node.metadata.name : undefined),
    )
  );
}

/** Whether the node answers to both `nodeSelector` and the required node affinity of a pod's spec. */
export function matchesNodeAffinity(spec: NodeBoundSpec, node: NodeLike): boolean {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return (
    matchesNodeLabels(spec.nodeSelector, node) &&
    (required === undefined || matchesNodeSelector(required, node))
  );
}

/**
 * The names of the only nodes that required node affinity allows, each once; undefined when it does not go by name.
 * What else it asks for is not looked at.
 */
export function namedNodes(spec: NodeBoundSpec): string[] | undefined {
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (terms === undefined) return undefined;
  const names = new Set<string>();
  for (const { matchFields = [] } of terms) {
    const byName = matchFields.find(({ key, operator }) => key === 'metadata.name' && operator === 'In');
    if (byName === undefined) return undefined;
    for (const name of byName.values ?? []) names.add(name);
  }
  return [...names];
}

function matchesRequirement({ operator, values = [] }: NodeRequirementLike, actual?: string): boolean {
  switch (operator) {
    case 'In':
      return actual !== undefined && values.includes(actual);
    case 'NotIn':
      return actual === undefined || !values.includes(actual);
    case 'Exists':
      return actual !== undefined;
    case 'DoesNotExist':
      return actual === undefined;
    case 'Gt':
      return compareIntegers(actual, values[0], (left, right) => left > right);
    case 'Lt':
      return compareIntegers(actual, values[0], (left, right) => left < right);
    default:
      return false;
  }
}

/** Labels that are no whole numbers compare as "no". */
function compareIntegers(
  left: string | undefined,
  right: string | undefined,
  holds: (left: bigint, right: bigint) => boolean,
): boolean {
  const integer = /^[+-]?\d+$/;
  if (left === undefined || right === undefined || !integer.test(left) || !integer.test(right)) return false;
  return holds(BigInt(left), BigInt(right));
}
