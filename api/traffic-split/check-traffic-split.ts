// The rules of a TrafficSplit: what is refused when one is written, each with its field.
import { regexProblem, headerNameProblem, pathProblem, valueProblem } from '../gateway/match-rules.ts';
import type { Issue } from '../issue.ts';
import { duplicate, forbiddenField, immutable, invalidValue, required, tooLong } from '../issues.ts';
import { textIssues } from '../kinds/check-metadata.ts';
import type { SplitMatch, SplitRule, SplitSource, TrafficSplitSpec } from '../kinds/traffic-split.ts';
import { dnsSubdomainProblem } from '../names.ts';

/** Rules of a split. */
export const SPLIT_RULES_MAX = 16;
/** Matches of a rule. */
export const SPLIT_MATCHES_MAX = 64;
/** Headers, parameters, cookies and claims of a match together: a proxy holds them against each request in one line. */
export const SPLIT_VALUES_MAX = 32;
/** Backends of a rule. */
export const SPLIT_BACKENDS_MAX = 16;

/** Issues of a TrafficSplit. */
export function trafficSplitIssues({ service, rules }: TrafficSplitSpec): Issue[] {
  return [
    ...textIssues('spec.service', service, dnsSubdomainProblem),
    ...(rules.length === 0 ? [required('spec.rules', 'must have a rule without matches')] : []),
    ...atMost('spec.rules', rules.length, SPLIT_RULES_MAX),
    ...rules.flatMap((rule, at) => ruleIssues(rule, `spec.rules[${at}]`, at === rules.length - 1)),
  ];
}

/** The Service of a split stays: its traffic would be split by nobody for a moment. */
export function serviceUpdateIssues(service: string, old: string): Issue[] {
  return service === old ? [] : [immutable('spec.service', service, 'make another TrafficSplit')];
}

function ruleIssues(
  { matches = [], backends, sticky, mirror }: SplitRule,
  path: string,
  isLast: boolean,
): Issue[] {
  return [
    ...placeIssues(matches, `${path}.matches`, isLast),
    ...matches.flatMap((match, at) => matchIssues(match, `${path}.matches[${at}]`)),
    ...(backends.length === 0 ? [required(`${path}.backends`)] : []),
    ...atMost(`${path}.backends`, backends.length, SPLIT_BACKENDS_MAX),
    ...backends.flatMap(({ service }, at) => [
      ...textIssues(`${path}.backends[${at}].service`, service, dnsSubdomainProblem),
      ...(backends.findIndex((other) => other.service === service) < at
        ? [duplicate(`${path}.backends[${at}].service`, service)]
        : []),
    ]),
    ...(backends.length > 0 && backends.every(({ weight }) => weight === 0)
      ? [invalidValue(`${path}.backends`, 0, 'one of the weights must be greater than 0')]
      : []),
    ...(sticky === undefined ? [] : sourceIssues(sticky.by, `${path}.sticky.by`)),
    ...(sticky === undefined ? [] : textIssues(`${path}.sticky.salt`, sticky.salt, valueProblem)),
    ...(mirror === undefined
      ? []
      : textIssues(`${path}.mirror.service`, mirror.service, dnsSubdomainProblem)),
  ];
}

function placeIssues(matches: readonly SplitMatch[], path: string, isLast: boolean): Issue[] {
  if (isLast && matches.length > 0)
    return [forbiddenField(path, 'the last rule takes all other requests: add one without matches')];
  if (!isLast && matches.length === 0)
    return [required(path, 'only the last rule may take all requests: no later one would be reached')];
  return atMost(path, matches.length, SPLIT_MATCHES_MAX);
}

/** Issues of which requests are meant. */
export function matchIssues({ request, cookies = [], claims = [] }: SplitMatch, path: string): Issue[] {
  const { path: at, headers = [], queryParams = [] } = request ?? {};
  const lists = { 'request.headers': headers, 'request.queryParams': queryParams, cookies, claims };
  const values = Object.entries(lists).flatMap(([name, items]) =>
    items.flatMap((item, index) => valueIssues(item, `${path}.${name}[${index}]`)),
  );
  const count = Object.values(lists).flat().length;
  const problem = at?.type === 'RegularExpression' ? regexProblem : pathProblem;
  return [
    ...(isEmpty(request) && cookies.length === 0 && claims.length === 0
      ? [required(path, 'name a path, a method, headers, queryParams, cookies or claims')]
      : []),
    ...(count <= SPLIT_VALUES_MAX ? [] : [tooLong(path, `must name at most ${SPLIT_VALUES_MAX} values`)]),
    ...(at === undefined ? [] : textIssues(`${path}.request.path.value`, at.value ?? '/', problem)),
    ...values,
  ];
}

/** A request of which nothing is said is any. */
function isEmpty({ path, method, headers = [], queryParams = [] }: SplitMatch['request'] = {}): boolean {
  const isAnyPath =
    path === undefined || (path.type !== 'Exact' && path.type !== 'RegularExpression' && path.value === '/');
  return isAnyPath && method === undefined && headers.length === 0 && queryParams.length === 0;
}

function valueIssues(
  { name, value, type }: { name: string; value: string; type?: string },
  path: string,
): Issue[] {
  return [
    ...textIssues(`${path}.name`, name, headerNameProblem),
    ...textIssues(`${path}.value`, value, type === 'RegularExpression' ? regexProblem : valueProblem),
  ];
}

/** Issues of where a request says who its user is. */
export function sourceIssues(source: SplitSource, path: string): Issue[] {
  const named = Object.entries(source);
  if (named.length !== 1)
    return [invalidValue(path, JSON.stringify(source), 'name exactly one of header, cookie, claim')];
  return named.flatMap(([field, name]) => textIssues(`${path}.${field}`, name, headerNameProblem));
}

function atMost(path: string, count: number, max: number): Issue[] {
  return count <= max ? [] : [tooLong(path, `must have at most ${max} items`)];
}
