// The rules of routes: what is refused when one is written, each with its field.
import type { Issue } from '../../issue.ts';
import { forbiddenField, invalidValue, notSupported, required, tooLong } from '../../issues.ts';
import {
  changeableHeaderProblem,
  headerNameProblem,
  pathProblem,
  regexProblem,
  replacementProblem,
  routeTimeoutMs,
  valueProblem,
} from '../../gateway/match-rules.ts';
import { dnsSubdomainProblem } from '../../names.ts';
import { textIssues } from '../check-metadata.ts';
import { hostnameProblem } from './hostname.ts';
import type { HTTPHeaderFilter, HTTPPathModifier, HTTPRouteFilter } from './http-filters.ts';
import {
  BACKENDS_MAX,
  CONDITIONS_MAX,
  FILTERS_MAX,
  HOSTNAMES_MAX,
  MATCHES_MAX,
  PARENTS_MAX,
  RULES_MAX,
  type HTTPRouteMatch,
  type HTTPRouteRule,
  type HTTPRouteSpec,
} from './http-route-spec.ts';
import type { BackendObjectReference, ParentReference } from './references.ts';

const STATUS_CODES = ['301', '302', '303', '307', '308'];

/** Issues of an HTTPRoute. */
export function httpRouteIssues({ parentRefs = [], hostnames = [], rules = [] }: HTTPRouteSpec): Issue[] {
  return [
    ...parentIssues(parentRefs),
    ...atMost('spec.hostnames', hostnames.length, HOSTNAMES_MAX),
    ...hostnames.flatMap((hostname, at) => textIssues(`spec.hostnames[${at}]`, hostname, hostnameProblem)),
    ...atMost('spec.rules', rules.length, RULES_MAX),
    ...rules.flatMap((rule, at) => ruleIssues(rule, `spec.rules[${at}]`)),
  ];
}

/** Issues of the parents of any route. */
export function parentIssues(parentRefs: readonly ParentReference[]): Issue[] {
  return [
    ...atMost('spec.parentRefs', parentRefs.length, PARENTS_MAX),
    ...parentRefs.flatMap(({ name, sectionName }, at) => [
      ...textIssues(`spec.parentRefs[${at}].name`, name, dnsSubdomainProblem),
      ...(sectionName === undefined
        ? []
        : textIssues(`spec.parentRefs[${at}].sectionName`, sectionName, dnsSubdomainProblem)),
    ]),
  ];
}

/** Issues of the backends of any rule. */
export function backendIssues(refs: readonly BackendObjectReference[], path: string): Issue[] {
  return [
    ...atMost(path, refs.length, BACKENDS_MAX),
    ...refs.flatMap((ref, at) => portIssues(ref, `${path}[${at}]`)),
  ];
}

function portIssues({ kind = 'Service', group = '', port }: BackendObjectReference, path: string): Issue[] {
  return kind === 'Service' && group === '' && port === undefined
    ? [required(`${path}.port`, 'the port of a Service has to be named')]
    : [];
}

function ruleIssues(
  { matches = [], filters = [], backendRefs = [], timeouts }: HTTPRouteRule,
  path: string,
): Issue[] {
  const types = filters.map(({ type }) => type);
  const hasRedirect = types.includes('RequestRedirect');
  return [
    ...atMost(`${path}.matches`, matches.length, MATCHES_MAX),
    ...matches.flatMap((match, at) => matchIssues(match, `${path}.matches[${at}]`)),
    ...atMost(`${path}.filters`, filters.length, FILTERS_MAX),
    ...filters.flatMap((filter, at) => filterIssues(filter, `${path}.filters[${at}]`)),
    ...types.flatMap((type, at) =>
      type !== 'RequestMirror' && types.indexOf(type) < at
        ? [forbiddenField(`${path}.filters[${at}]`, `${type} may be there once`)]
        : [],
    ),
    ...(hasRedirect && types.includes('URLRewrite')
      ? [forbiddenField(`${path}.filters`, 'RequestRedirect and URLRewrite may not be used together')]
      : []),
    ...(hasRedirect && backendRefs.length > 0
      ? [forbiddenField(`${path}.backendRefs`, 'nothing goes to backends with the filter RequestRedirect')]
      : []),
    ...prefixIssues(matches, filters, path),
    ...backendIssues(backendRefs, `${path}.backendRefs`),
    ...timeoutIssues(timeouts?.request, `${path}.timeouts.request`),
    ...timeoutIssues(timeouts?.backendRequest, `${path}.timeouts.backendRequest`),
  ];
}

function matchIssues({ path, headers = [], queryParams = [] }: HTTPRouteMatch, at: string): Issue[] {
  const pathRule = path?.type === 'RegularExpression' ? regexProblem : pathProblem;
  return [
    ...textIssues(`${at}.path.value`, path?.value ?? '/', pathRule),
    ...(
      [
        ['headers', headers],
        ['queryParams', queryParams],
      ] as const
    ).flatMap(([field, list]) => [
      ...atMost(`${at}.${field}`, list.length, CONDITIONS_MAX),
      ...list.flatMap(({ type, name, value }, index) => [
        ...textIssues(`${at}.${field}[${index}].name`, name, headerNameProblem),
        ...textIssues(
          `${at}.${field}[${index}].value`,
          value,
          type === 'RegularExpression' ? regexProblem : valueProblem,
        ),
      ]),
    ]),
  ];
}

function filterIssues(filter: HTTPRouteFilter, path: string): Issue[] {
  const { type, requestHeaderModifier, responseHeaderModifier, requestRedirect, urlRewrite } = filter;
  const field = `${type.charAt(0).toLowerCase()}${type.slice(1)}`.replace('uRL', 'url');
  if (filter[field as keyof HTTPRouteFilter] === undefined)
    return [required(`${path}.${field}`, `needed with type ${type}`)];
  switch (type) {
    case 'RequestHeaderModifier':
      return headerIssues(requestHeaderModifier ?? {}, `${path}.${field}`);
    case 'ResponseHeaderModifier':
      return headerIssues(responseHeaderModifier ?? {}, `${path}.${field}`);
    case 'RequestRedirect':
      return [
        ...hostIssues(requestRedirect?.hostname, `${path}.${field}.hostname`),
        ...modifierIssues(requestRedirect?.path, `${path}.${field}.path`),
        ...(STATUS_CODES.includes(String(requestRedirect?.statusCode ?? 302))
          ? []
          : [notSupported(`${path}.${field}.statusCode`, requestRedirect?.statusCode, STATUS_CODES)]),
      ];
    case 'URLRewrite':
      return [
        ...hostIssues(urlRewrite?.hostname, `${path}.${field}.hostname`),
        ...modifierIssues(urlRewrite?.path, `${path}.${field}.path`),
      ];
    case 'RequestMirror':
      return mirrorIssues(filter.requestMirror, `${path}.${field}`);
  }
}

function mirrorIssues(mirror: HTTPRouteFilter['requestMirror'], path: string): Issue[] {
  if (mirror === undefined) return [];
  const { backendRef, percent, fraction } = mirror;
  const { numerator = 0, denominator = 100 } = fraction ?? {};
  return [
    ...portIssues(backendRef, `${path}.backendRef`),
    ...(percent !== undefined && fraction !== undefined
      ? [forbiddenField(`${path}.fraction`, 'percent and fraction may not be used together')]
      : []),
    ...(numerator <= denominator
      ? []
      : [invalidValue(`${path}.fraction.numerator`, numerator, 'must not be greater than the denominator')]),
  ];
}

function headerIssues({ set = [], add = [], remove = [] }: HTTPHeaderFilter, path: string): Issue[] {
  const lists = [
    ['set', set],
    ['add', add],
  ] as const;
  return [
    ...lists.flatMap(([field, headers]) => [
      ...atMost(`${path}.${field}`, headers.length, CONDITIONS_MAX),
      ...headers.flatMap(({ name, value }, at) => [
        ...textIssues(`${path}.${field}[${at}].name`, name, changeableHeaderProblem),
        ...textIssues(`${path}.${field}[${at}].value`, value, valueProblem),
      ]),
    ]),
    ...atMost(`${path}.remove`, remove.length, CONDITIONS_MAX),
    ...remove.flatMap((name, at) => textIssues(`${path}.remove[${at}]`, name, changeableHeaderProblem)),
  ];
}

function modifierIssues(modifier: HTTPPathModifier | undefined, path: string): Issue[] {
  if (modifier === undefined) return [];
  const field = modifier.type === 'ReplaceFullPath' ? 'replaceFullPath' : 'replacePrefixMatch';
  const value = modifier[field];
  return value === undefined
    ? [required(`${path}.${field}`, `needed with type ${modifier.type}`)]
    : textIssues(`${path}.${field}`, value, replacementProblem);
}

/** A prefix can only be replaced where one has matched. */
function prefixIssues(
  matches: readonly HTTPRouteMatch[],
  filters: readonly HTTPRouteFilter[],
  path: string,
): Issue[] {
  const replaces = filters.some(
    ({ requestRedirect, urlRewrite }) =>
      requestRedirect?.path?.type === 'ReplacePrefixMatch' || urlRewrite?.path?.type === 'ReplacePrefixMatch',
  );
  if (!replaces) return [];
  const isGood = matches.every(({ path: { type = 'PathPrefix' } = {} }) => type === 'PathPrefix');
  return isGood
    ? []
    : [forbiddenField(`${path}.filters`, 'ReplacePrefixMatch needs matches of type PathPrefix')];
}

function hostIssues(hostname: string | undefined, path: string): Issue[] {
  return hostname === undefined ? [] : textIssues(path, hostname, dnsSubdomainProblem);
}

function timeoutIssues(timeout: string | undefined, path: string): Issue[] {
  if (timeout === undefined || routeTimeoutMs(timeout) !== undefined) return [];
  return [invalidValue(path, timeout, 'must be a duration of at most 24h (e.g. 10s, 1m30s, 500ms)')];
}

function atMost(path: string, length: number, max: number): Issue[] {
  return length > max ? [tooLong(path, `must have at most ${max} items`)] : [];
}
