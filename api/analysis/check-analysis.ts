// The rules of AnalysisTemplates and AnalysisRuns: all findings at once, each with its field path. Pure.
import type { Issue } from '../issue.ts';
import { duplicate, forbiddenField, immutable, invalidValue, required, tooLong } from '../issues.ts';
import isEqual from 'fast-deep-equal';
import type { AnalysisRunSpec } from '../kinds/analysis-run.ts';
import type { AnalysisArgument } from '../kinds/analysis/argument.ts';
import type { AnalysisTemplateSpec } from '../kinds/analysis/metric.ts';
import { exactlyOneIssue } from '../kinds/pod/exactly-one.ts';
import { argumentUses } from './arguments.ts';
import { metricIssues } from './check-metric.ts';
import { ARGUMENTS_MAX, FINDINGS_MAX, METRICS_MAX, RETENTION_MAX, TEMPLATES_MAX } from './limits.ts';

/** Issues of a template's spec at `path`. */
export function templateSpecIssues(spec: AnalysisTemplateSpec, path: string): Issue[] {
  const { metrics = [], templates = [] } = spec;
  const issues = [
    ...(metrics.length + templates.length === 0 ? [required(`${path}.metrics`, 'no metrics specified')] : []),
    ...(templates.length > TEMPLATES_MAX
      ? [tooLong(`${path}.templates`, `must have at most ${TEMPLATES_MAX} items`)]
      : []),
    ...duplicates(
      templates.map(({ templateName }) => templateName),
      `${path}.templates`,
      'templateName',
    ),
    ...sharedIssues({ ...spec, metrics }, path),
    // Arguments of a template that this one names are declared there.
    ...(templates.length > 0 ? [] : unknownArguments({ ...spec, metrics }, path)),
  ];
  return issues.slice(0, FINDINGS_MAX);
}

/** Issues of a run's spec at `path`: as a template's, and all arguments have to have values. */
export function runSpecIssues(spec: AnalysisRunSpec, path: string): Issue[] {
  const issues = [
    ...(spec.metrics.length === 0 ? [required(`${path}.metrics`, 'no metrics specified')] : []),
    ...sharedIssues(spec, path),
    ...unknownArguments(spec, path),
    ...(spec.args ?? []).flatMap((argument, at) => unresolvedIssues(argument, `${path}.args[${at}]`)),
  ];
  return issues.slice(0, FINDINGS_MAX);
}

/** What a run measures is settled when it is made; it can only be ended. */
export function runUpdateIssues(spec: AnalysisRunSpec, old: AnalysisRunSpec): Issue[] {
  const remedy = 'a run is not changed, set `terminate` and make another';
  const fields = ['metrics', 'args', 'dryRun'] as const;
  return fields
    .filter((field) => !isEqual(spec[field], old[field]))
    .map((field) => immutable(`spec.${field}`, spec[field], remedy));
}

type Shared = Pick<AnalysisRunSpec, 'metrics' | 'args' | 'dryRun' | 'measurementRetention'>;

function sharedIssues(
  { metrics, args = [], dryRun = [], measurementRetention = [] }: Shared,
  path: string,
): Issue[] {
  if (metrics.length > METRICS_MAX)
    return [tooLong(`${path}.metrics`, `must have at most ${METRICS_MAX} items`)];
  if (args.length > ARGUMENTS_MAX)
    return [tooLong(`${path}.args`, `must have at most ${ARGUMENTS_MAX} items`)];
  return [
    ...duplicates(
      metrics.map(({ name }) => name),
      `${path}.metrics`,
      'name',
    ),
    ...duplicates(
      args.map(({ name }) => name),
      `${path}.args`,
      'name',
    ),
    ...duplicates(
      dryRun.map(({ metricName }) => metricName),
      `${path}.dryRun`,
      'metricName',
    ),
    ...duplicates(
      measurementRetention.map(({ metricName }) => metricName),
      `${path}.measurementRetention`,
      'metricName',
    ),
    ...args.flatMap((argument, at) => argumentIssues(argument, `${path}.args[${at}]`)),
    ...metrics.flatMap((metric, at) => metricIssues(metric, args, `${path}.metrics[${at}]`)),
    ...measurementRetention
      .map(({ limit }, at) => ({ limit, at }))
      .filter(({ limit }) => limit > RETENTION_MAX)
      .map(({ limit, at }) =>
        invalidValue(`${path}.measurementRetention[${at}].limit`, limit, `must be at most ${RETENTION_MAX}`),
      ),
  ];
}

function duplicates(names: readonly string[], path: string, field: string): Issue[] {
  return names.flatMap((name, at) =>
    names.indexOf(name) === at ? [] : [duplicate(`${path}[${at}].${field}`, name)],
  );
}

const ARGUMENT_NAME = /^[A-Za-z0-9_.-]{1,253}$/;

function argumentIssues({ name, value, valueFrom }: AnalysisArgument, path: string): Issue[] {
  if (name === '') return [required(`${path}.name`)];
  const issues: Issue[] = [];
  if (!ARGUMENT_NAME.test(name))
    issues.push(invalidValue(`${path}.name`, name, "must consist of letters, digits, '-', '_' and '.'"));
  if (valueFrom === undefined) return issues;
  if (value !== undefined) {
    const why = 'may not be set together with value: keep exactly one of them';
    issues.push(forbiddenField(`${path}.valueFrom`, why));
  }
  return [...issues, ...exactlyOneIssue(valueFrom, ['fieldRef', 'secretKeyRef'], `${path}.valueFrom`)];
}

function unresolvedIssues({ name, value, valueFrom }: AnalysisArgument, path: string): Issue[] {
  if (value === undefined && valueFrom === undefined)
    return [required(`${path}.value`, `the argument ${name} has no value`)];
  if (valueFrom?.fieldRef === undefined) return [];
  const why = 'fields are looked up when a run is made: give the value';
  return [forbiddenField(`${path}.valueFrom.fieldRef`, why)];
}

function unknownArguments({ metrics, args = [] }: Shared, path: string): Issue[] {
  const known = new Set(args.map(({ name }) => name));
  return argumentUses(metrics, `${path}.metrics`)
    .filter(({ name }) => !known.has(name))
    .map(({ path: at, name }) => {
      const declared =
        known.size === 0 ? 'no arguments are declared' : `declared are ${[...known].join(', ')}`;
      return invalidValue(at, `{{args.${name}}}`, `there is no argument ${name} in \`args\`: ${declared}`);
    });
}
