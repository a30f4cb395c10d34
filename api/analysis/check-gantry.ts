// The rules of the provider `gantry`. Pure.
import type { Issue } from '../issue.ts';
import { forbiddenField, invalidValue, required } from '../issues.ts';
import type { GantryMetric } from '../kinds/analysis/gantry-metric.ts';
import type { AnalysisMetric } from '../kinds/analysis/metric.ts';
import { argumentUses } from './arguments.ts';
import { durationIn } from './metric-rules.ts';

const WINDOW_MIN_MS = 1_000;
const REVISION = /^[a-z0-9]{1,63}$/;

/** Issues of its fields at `path`; `metric` is whose they are. */
export function gantryIssues(gantry: GantryMetric, metric: AnalysisMetric, path: string): Issue[] {
  return [
    ...servicesIssues(gantry, path),
    ...revisionIssues(gantry, path),
    ...windowIssues(gantry.window, `${path}.window`),
    ...(gantry.percentile !== undefined && gantry.metric !== 'latency'
      ? [forbiddenField(`${path}.percentile`, 'belongs to metric latency')]
      : []),
    ...judgeIssues(gantry, path),
    ...verdictIssues(gantry, metric, path),
  ];
}

function servicesIssues({ service, services }: GantryMetric, path: string): Issue[] {
  if (service !== undefined && services !== undefined)
    return [
      forbiddenField(`${path}.services`, 'may not be set together with service: keep exactly one of them'),
    ];
  return services?.length === 0 ? [required(`${path}.services`, 'name one at least, or leave it out')] : [];
}

function revisionIssues(gantry: GantryMetric, path: string): Issue[] {
  return (['revision', 'baselineRevision'] as const).flatMap((field) => {
    const value = gantry[field];
    if (value === undefined || argumentUses(value).length > 0) return [];
    if (value === '') return [required(`${path}.${field}`, 'the pod-template-hash')];
    return REVISION.test(value)
      ? []
      : [invalidValue(`${path}.${field}`, value, 'must be a pod-template-hash')];
  });
}

function windowIssues(window: string | undefined, path: string): Issue[] {
  if (window === undefined || argumentUses(window).length > 0) return [];
  try {
    if (durationIn('window', window) >= WINDOW_MIN_MS) return [];
    return [invalidValue(path, window, 'must be at least 1s')];
  } catch (error) {
    return [invalidValue(path, window, (error as Error).message)];
  }
}

function judgeIssues({ judge, baselineRevision, metric, window }: GantryMetric, path: string): Issue[] {
  if (judge === undefined) {
    const why = 'nothing compares with it: set `judge` too';
    return baselineRevision === undefined ? [] : [forbiddenField(`${path}.baselineRevision`, why)];
  }
  const issues: Issue[] = [];
  if (baselineRevision === undefined)
    issues.push(required(`${path}.baselineRevision`, 'what the judge compares with'));
  const fitting = judge.test === 'sequential' ? ['success-rate', 'error-rate'] : ['latency'];
  if (!fitting.includes(metric))
    issues.push(
      invalidValue(`${path}.judge.test`, judge.test, `judges metric ${fitting.join(' or ')}, not ${metric}`),
    );
  if (window !== undefined)
    issues.push(forbiddenField(`${path}.window`, 'a judge looks at everything since the metric began'));
  if (judge.alpha === 0) issues.push(invalidValue(`${path}.judge.alpha`, 0, 'must be greater than 0'));
  if (judge.test === 'sequential')
    for (const field of ['tolerance', 'allowedIncrease'] as const)
      if (judge[field] !== undefined)
        issues.push(forbiddenField(`${path}.judge.${field}`, 'belongs to mann-whitney'));
  return issues;
}

/** Without one of them every measurement would be a success. */
function verdictIssues({ judge }: GantryMetric, metric: AnalysisMetric, path: string): Issue[] {
  if (judge !== undefined || metric.successCondition !== undefined || metric.failureCondition !== undefined)
    return [];
  return [
    required(`${path}.judge`, 'set it, successCondition or failureCondition: else nothing could ever fail'),
  ];
}
