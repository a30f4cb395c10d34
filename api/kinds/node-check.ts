// What holds for nodes: taints and amounts.
import type { Issue } from '../issue.ts';
import { duplicate, invalidValue } from '../issues.ts';
import { labelValueProblem, qualifiedNameProblem } from '../names.ts';
import { textIssues } from './check-metadata.ts';
import type { Node } from './node.ts';
import { amountIssues } from './pod/check-container.ts';

/** Issues of a node's spec and status. */
export function nodeIssues({ spec, status }: Node): Issue[] {
  const seen = new Set<string>();
  const taints = (spec.taints ?? []).flatMap((taint, index) => {
    const path = `spec.taints[${index}]`;
    const issues = [
      ...textIssues(`${path}.key`, taint.key, qualifiedNameProblem),
      ...textIssues(`${path}.value`, taint.value ?? '', labelValueProblem),
    ];
    const identity = `${taint.key}:${taint.effect}`;
    if (seen.has(identity)) issues.push(duplicate(path, identity));
    seen.add(identity);
    return issues;
  });
  const { podCIDR = '', podCIDRs = [] } = spec;
  const isTwofold = podCIDRs.length > 1 || podCIDRs.some((range) => range !== podCIDR);
  return [
    ...taints,
    ...(isTwofold
      ? [invalidValue('spec.podCIDRs', podCIDRs, 'must be left out, or hold the same as `podCIDR`')]
      : []),
    ...amountIssues(status?.capacity ?? {}, 'status.capacity'),
    ...amountIssues(status?.allocatable ?? {}, 'status.allocatable'),
  ];
}
