// The rules of one metric. Where an argument has no value yet, what depends on it is checked when the run is made.
import type { Issue } from '../issue.ts';
import { forbiddenField, invalidValue, required } from '../issues.ts';
import type { AnalysisArgument } from '../kinds/analysis/argument.ts';
import type { AnalysisMetric } from '../kinds/analysis/metric.ts';
import type { MetricAuthentication, MetricProvider } from '../kinds/analysis/provider.ts';
import { templateMetadataIssues } from '../kinds/check-metadata.ts';
import { jobSpecIssues } from '../kinds/job/job-check.ts';
import { exactlyOneIssue } from '../kinds/pod/exactly-one.ts';
import { answerPath } from './answer-path.ts';
import { argumentUses, knownValues, withArguments } from './arguments.ts';
import { conditionProblem } from './condition/check-condition.ts';
import { gantryIssues } from './check-gantry.ts';
import { INTERVAL_MIN_MS } from './limits.ts';
import { momentIn } from './moment.ts';
import { durationIn, numberIn } from './metric-rules.ts';

/** Issues of a metric at `path`. */
export function metricIssues(
  metric: AnalysisMetric,
  args: readonly AnalysisArgument[],
  path: string,
): Issue[] {
  let filled: AnalysisMetric;
  try {
    filled = withArguments(metric, knownValues(args));
  } catch (error) {
    return [invalidValue(path, metric.name, (error as Error).message)];
  }
  return [
    ...(metric.name === '' ? [required(`${path}.name`)] : []),
    ...durationIssues(filled, path),
    ...numberIssues(filled, path),
    ...conditionIssues(filled, path),
    ...providerIssues(filled, args, path),
  ];
}

/** An argument that has no value yet. */
const OPEN_ARGUMENT = /\{\{\s*args\.[^}]*\}\}/g;

const isOpen = (value: unknown): boolean => argumentUses(value).length > 0;

function durationIssues(metric: AnalysisMetric, path: string): Issue[] {
  const issues = (['interval', 'initialDelay'] as const).flatMap((field) => {
    const value = metric[field];
    if (value === undefined || isOpen(value)) return [];
    return issueOfThrow(`${path}.${field}`, value, () => durationIn(field, value));
  });
  const { interval } = metric;
  if (issues.length > 0 || interval === undefined || isOpen(interval)) return issues;
  if (durationIn('interval', interval) >= INTERVAL_MIN_MS) return issues;
  return [invalidValue(`${path}.interval`, interval, `must be at least ${INTERVAL_MIN_MS / 1000}s`)];
}

const LIMITS = [
  'failureLimit',
  'inconclusiveLimit',
  'consecutiveErrorLimit',
  'consecutiveSuccessLimit',
] as const;

function numberIssues(metric: AnalysisMetric, path: string): Issue[] {
  const unreadable = (['count', ...LIMITS] as const).flatMap((field) => {
    const value = metric[field];
    return value === undefined || isOpen(value)
      ? []
      : issueOfThrow(`${path}.${field}`, value, () => numberIn(field, value));
  });
  if (unreadable.length > 0) return unreadable;
  const known = (field: 'count' | (typeof LIMITS)[number]): number | undefined =>
    isOpen(metric[field]) ? undefined : numberIn(field, metric[field]);
  const issues = LIMITS.flatMap((field) => {
    const limit = known(field);
    if (limit === undefined || limit >= (field === 'failureLimit' ? -1 : 0)) return [];
    return [invalidValue(`${path}.${field}`, limit, 'must be greater than or equal to 0')];
  });
  return [...issues, ...countIssues(metric, known, path)];
}

function countIssues(
  metric: AnalysisMetric,
  known: (field: 'count' | 'failureLimit' | 'inconclusiveLimit') => number | undefined,
  path: string,
): Issue[] {
  const count = known('count');
  if (count === undefined) return [];
  if (count < 1) return [invalidValue(`${path}.count`, count, 'must be greater than 0')];
  const issues: Issue[] = [];
  if (count > 1 && metric.interval === undefined)
    issues.push(required(`${path}.interval`, 'interval must be specified when count > 1'));
  for (const field of ['failureLimit', 'inconclusiveLimit'] as const) {
    const limit = known(field) ?? 0;
    if (limit >= count)
      issues.push(
        invalidValue(`${path}.${field}`, limit, `count must be > ${field}, else it is never reached`),
      );
  }
  return issues;
}

function conditionIssues(metric: AnalysisMetric, path: string): Issue[] {
  return (['successCondition', 'failureCondition'] as const).flatMap((field) => {
    const text = metric[field];
    if (text === undefined || text === '') return [];
    // Whatever the argument is, a number in its place parses as it would.
    const problem = conditionProblem(text.replaceAll(OPEN_ARGUMENT, '0'));
    return problem === undefined ? [] : [invalidValue(`${path}.${field}`, text, problem)];
  });
}

const PROVIDERS = ['gantry', 'prometheus', 'web', 'job'] as const;

function providerIssues(metric: AnalysisMetric, args: readonly AnalysisArgument[], path: string): Issue[] {
  const { provider } = metric;
  const at = `${path}.provider`;
  const which = exactlyOneIssue(provider, PROVIDERS, at);
  if (which.length > 0) return which;
  const { gantry, prometheus, web, job } = provider;
  if (gantry !== undefined) return gantryIssues(gantry, metric, `${at}.gantry`);
  if (prometheus !== undefined) return prometheusIssues(prometheus, `${at}.prometheus`);
  if (web !== undefined) return webIssues(web, `${at}.web`);
  return job === undefined ? [] : jobIssues(job, args, `${at}.job`);
}

function prometheusIssues(
  { address, query, authentication, rangeQuery }: NonNullable<MetricProvider['prometheus']>,
  path: string,
): Issue[] {
  return [
    ...addressIssues(address, `${path}.address`),
    ...(query.trim() === '' ? [required(`${path}.query`)] : []),
    ...authenticationIssues(authentication, `${path}.authentication`),
    ...(rangeQuery === undefined ? [] : rangeIssues(rangeQuery, `${path}.rangeQuery`)),
  ];
}

function authenticationIssues(authentication: MetricAuthentication | undefined, path: string): Issue[] {
  const { oauth2, basicAuth } = authentication ?? {};
  if (oauth2 !== undefined && basicAuth !== undefined)
    return [forbiddenField(`${path}.basicAuth`, 'may not be set together with oauth2: keep one of them')];
  if (oauth2 === undefined) return [];
  return [
    ...addressIssues(oauth2.tokenUrl, `${path}.oauth2.tokenUrl`),
    ...(['clientId', 'clientSecret'] as const).flatMap((field) =>
      oauth2[field] === '' ? [required(`${path}.oauth2.${field}`)] : [],
    ),
  ];
}

function rangeIssues(
  range: NonNullable<NonNullable<MetricProvider['prometheus']>['rangeQuery']>,
  path: string,
): Issue[] {
  const { start, end, step } = range;
  if (isOpen(range)) return [];
  const issues = [
    ...issueOfThrow(`${path}.start`, start, () => momentIn('start', start, 0)),
    ...issueOfThrow(`${path}.end`, end, () => momentIn('end', end, 0)),
    ...issueOfThrow(`${path}.step`, step, () => stepIn(step)),
  ];
  if (issues.length > 0 || momentIn('start', start, 0) <= momentIn('end', end, 0)) return issues;
  // Whether a date is before now is known only when it is measured.
  const isRelative = [start, end].every((text) => text.trim().startsWith('now'));
  return isRelative ? [invalidValue(`${path}.start`, start, 'must not be after the end')] : [];
}

function stepIn(step: string): number {
  const ms = durationIn('step', step);
  if (ms === 0) throw new RangeError('step must be greater than 0');
  return ms;
}

function webIssues(web: NonNullable<MetricProvider['web']>, path: string): Issue[] {
  const { url, method = 'GET', body, jsonBody, jsonPath = '', authentication } = web;
  // Whatever the argument is, a number in its place is read as it would be.
  const part = answerPath(jsonPath.replaceAll(OPEN_ARGUMENT, '0'));
  const issues = [
    ...addressIssues(url, `${path}.url`),
    ...('problem' in part ? [invalidValue(`${path}.jsonPath`, jsonPath, part.problem)] : []),
    ...authenticationIssues(authentication, `${path}.authentication`),
  ];
  if (body !== undefined && jsonBody !== undefined)
    issues.push(
      forbiddenField(`${path}.jsonBody`, 'may not be set together with body: keep exactly one of them'),
    );
  if (method === 'GET' && (body !== undefined || jsonBody !== undefined))
    issues.push(
      forbiddenField(`${path}.${body === undefined ? 'jsonBody' : 'body'}`, 'is sent with POST and PUT only'),
    );
  return issues;
}

function addressIssues(text: string, path: string): Issue[] {
  if (text === '') return [required(path)];
  if (isOpen(text)) return [];
  const why = 'must be an address that begins with http:// or https://';
  try {
    return ['http:', 'https:'].includes(new URL(text).protocol) ? [] : [invalidValue(path, text, why)];
  } catch {
    return [invalidValue(path, text, why)];
  }
}

/** A Job is stored as it is: what comes from a Secret would lie there for all to read. */
function jobIssues(
  job: NonNullable<MetricProvider['job']>,
  args: readonly AnalysisArgument[],
  path: string,
): Issue[] {
  const secret = new Set(
    args.filter(({ valueFrom }) => valueFrom?.secretKeyRef !== undefined).map(({ name }) => name),
  );
  const leaks = argumentUses(job, path)
    .filter(({ name }) => secret.has(name))
    .map(({ path: at, name }) =>
      forbiddenField(
        at,
        `args.${name} comes from a Secret: let the container read it, by \`env.valueFrom.secretKeyRef\``,
      ),
    );
  const filled = JSON.parse(JSON.stringify(job).replaceAll(OPEN_ARGUMENT, 'x')) as typeof job;
  return [
    ...leaks,
    ...templateMetadataIssues(filled.metadata, `${path}.metadata`),
    ...jobSpecIssues(filled.spec, `${path}.spec`),
  ];
}

function issueOfThrow(path: string, value: unknown, read: () => unknown): Issue[] {
  try {
    read();
    return [];
  } catch (error) {
    return [invalidValue(path, value, (error as Error).message)];
  }
}
