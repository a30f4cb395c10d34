// What holds for Jobs, and for the Jobs that a CronJob makes.
import isEqual from 'fast-deep-equal';
import type { Issue } from '../../issue.ts';
import { immutable, invalidValue, required } from '../../issues.ts';
import { fromLabelSelectorObject, matchesLabels } from '../../label-selector.ts';
import { metadataIssues } from '../check-metadata.ts';
import { labelSelectorIssues, selectorUpdateIssues } from '../check-selector.ts';
import type { Job, JobSpec } from '../job.ts';
import { podTemplateIssues } from '../pod/check-pod-spec.ts';
import { CONTROLLER_UID_LABEL } from './job-selector.ts';

const RULES = { kind: 'Job', restartPolicies: ['OnFailure', 'Never'], deadline: true };

/** An Indexed Job with more than this many pods would be too large a status. */
const INDEXED_MAX = 100_000;

/** Issues of a Job. */
export function checkJob(job: Job): Issue[] {
  return [...metadataIssues(job.metadata), ...jobSpecIssues(job.spec, 'spec'), ...ownSelectorIssues(job)];
}

/** Issues of a Job's spec at `path`. */
export function jobSpecIssues(spec: JobSpec, path: string): Issue[] {
  const issues = [
    ...podTemplateIssues(spec.template, `${path}.template`, RULES),
    ...labelSelectorIssues(spec.selector, `${path}.selector`),
  ];
  if (spec.manualSelector === true && spec.selector === undefined) {
    issues.push(required(`${path}.selector`, 'needed when `manualSelector` is true'));
  }
  if (spec.completionMode === 'Indexed') issues.push(...indexedIssues(spec, path));
  return issues;
}

function indexedIssues({ completions, parallelism = 1 }: JobSpec, path: string): Issue[] {
  if (completions === undefined) {
    return [required(`${path}.completions`, 'needed when `completionMode` is Indexed')];
  }
  const why = `must be less than or equal to ${INDEXED_MAX} when \`completionMode\` is Indexed`;
  return Object.entries({ completions, parallelism })
    .filter(([, value]) => value > INDEXED_MAX)
    .map(([field, value]) => invalidValue(`${path}.${field}`, value, why));
}

function ownSelectorIssues({ metadata, spec }: Job): Issue[] {
  const labels = spec.template.metadata?.labels ?? {};
  const { uid } = metadata;
  if (uid === undefined || spec.selector === undefined) return [];
  if (spec.manualSelector !== true && labels[CONTROLLER_UID_LABEL] !== uid) {
    const why = `must be '${uid}': leave the label and \`spec.selector\` out, or set \`manualSelector\``;
    const path = `spec.template.metadata.labels[${CONTROLLER_UID_LABEL}]`;
    return [invalidValue(path, labels[CONTROLLER_UID_LABEL] ?? '', why)];
  }
  if (matchesLabels(fromLabelSelectorObject(spec.selector), labels)) return [];
  const why = '`selector` does not match template `labels`';
  return [invalidValue('spec.template.metadata.labels', labels, why)];
}

/** Issues between the old and the new spec. */
export function jobUpdateIssues(spec: JobSpec, old: JobSpec): Issue[] {
  const remedy = 'delete the Job and create it anew to change it';
  const issues = selectorUpdateIssues(spec.selector, old.selector);
  const fixed = (['template', 'completionMode', 'manualSelector'] as const).filter(
    (field) => !isEqual(spec[field], old[field]),
  );
  issues.push(...fixed.map((field) => immutable(`spec.${field}`, spec[field] ?? null, remedy)));
  if (spec.completions !== old.completions && !mayResize(spec)) {
    issues.push(immutable('spec.completions', spec.completions ?? null, remedy));
  }
  return issues;
}

/** An Indexed Job grows and shrinks as long as all of its indexes run at once. */
function mayResize(spec: JobSpec): boolean {
  return spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
}
