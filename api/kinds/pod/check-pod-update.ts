// What of a pod may change once it exists: little, since its containers already run.
import isEqual from 'fast-deep-equal';
import type { Issue } from '../../issue.ts';
import { forbiddenField, invalidValue } from '../../issues.ts';
import type { Container } from './container.ts';
import type { PodSpec } from './pod-spec.ts';

const MUTABLE =
  'may not change fields other than `containers[*].image`, `initContainers[*].image`, `activeDeadlineSeconds`, ' +
  '`tolerations` (additions) and `schedulingGates` (removals); delete the pod and create it anew';

/** Issues between the old and the new spec. */
export function podUpdateIssues(spec: PodSpec, old: PodSpec): Issue[] {
  const issues: Issue[] = [];
  if ((old.nodeName ?? '') !== '' && spec.nodeName !== old.nodeName) {
    issues.push(forbiddenField('spec.nodeName', 'a pod stays on its node: delete it and create it anew'));
  }
  issues.push(...deadlineIssues(spec.activeDeadlineSeconds, old.activeDeadlineSeconds));
  const kept = new Set((spec.tolerations ?? []).map(tolerationText));
  if (!(old.tolerations ?? []).every((item) => kept.has(tolerationText(item)))) {
    issues.push(forbiddenField('spec.tolerations', 'existing tolerations may not be removed or changed'));
  }
  issues.push(...gateIssues(spec, old));
  if (!isEqual(immutablePart(spec, old), immutablePart(old, old))) {
    issues.push(
      forbiddenField('spec', `pod updates ${MUTABLE} (changed: ${changedFields(spec, old).join(', ')})`),
    );
  }
  return issues;
}

function deadlineIssues(next: number | undefined, old: number | undefined): Issue[] {
  if (old === undefined || (next !== undefined && next <= old)) return [];
  const why = `must be less than or equal to the previous value ${old}`;
  return [invalidValue('spec.activeDeadlineSeconds', next ?? null, why)];
}

function gateIssues({ schedulingGates = [] }: PodSpec, old: PodSpec): Issue[] {
  const before = new Set((old.schedulingGates ?? []).map(({ name }) => name));
  const added = schedulingGates.find(({ name }) => !before.has(name));
  if (added === undefined) return [];
  const why = `only deletion is allowed, but found new scheduling gate '${added.name}'`;
  return [forbiddenField('spec.schedulingGates', why)];
}

function tolerationText(toleration: object): string {
  return JSON.stringify(Object.entries(toleration).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The spec with what may change taken from `old`, so that two specs can be compared. */
function immutablePart(spec: PodSpec, old: PodSpec): Record<string, unknown> {
  const { nodeName: _node, activeDeadlineSeconds: _deadline, tolerations: _tolerations, ...more } = spec;
  const { schedulingGates: _gates, ...rest } = more;
  return {
    ...rest,
    containers: withImagesOf(spec.containers, old.containers),
    initContainers: withImagesOf(spec.initContainers ?? [], old.initContainers ?? []),
  };
}

function withImagesOf(containers: readonly Container[], old: readonly Container[]): Container[] {
  return containers.map((container, index) => ({
    ...container,
    image: old[index]?.image ?? container.image,
  }));
}

function changedFields(spec: PodSpec, old: PodSpec): string[] {
  const next = immutablePart(spec, old);
  const before = immutablePart(old, old);
  return [...new Set([...Object.keys(next), ...Object.keys(before)])].filter(
    (field) => !isEqual(next[field], before[field]),
  );
}
