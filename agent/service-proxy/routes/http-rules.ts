// One rule of an HTTPRoute in the words of the proxy: its matches, and what its filters do. Pure.
import { routeTimeoutMs } from '@gantry/api/gateway/match-rules';
import { groupBy } from '@gantry/kit/group-by';
import type { HTTPRouteFilter } from '@gantry/api/kinds/gateway/http-filters';
import type { HTTPRouteMatch, HTTPRouteRule } from '@gantry/api/kinds/http-route';
import type {
  Entry,
  HeaderChange,
  HttpRule,
  PathChange,
  PathMatch,
  Redirect,
  ValueMatch,
} from './routing.ts';

/** A rule, and matches that lead to it; place and host are the caller's. */
export interface ReadRule {
  rule: Omit<HttpRule, 'id'>;
  matches: readonly Omit<Entry, 'place' | 'host' | 'rule'>[];
}

/** "0s" is no limit; a proxy needs one. */
const LONGEST_MS = 24 * 3_600_000;
const ALL_PATHS: readonly HTTPRouteMatch[] = [{ path: { type: 'PathPrefix', value: '/' } }];

/** Several where filters put something in place of the prefix that matched: one for each prefix. */
export function readRule(rule: HTTPRouteRule): ReadRule[] {
  const { filters = [], matches = ALL_PATHS } = rule;
  const read = (matches.length === 0 ? ALL_PATHS : matches).map(matchOf);
  if (!filters.some(replacesPrefix)) return [{ rule: ruleOf(rule, ''), matches: read }];
  const groups = groupBy(read, ({ path }) => path.value);
  return [...groups].map(([prefix, group]) => ({ rule: ruleOf(rule, prefix), matches: group }));
}

function matchOf({
  path,
  headers = [],
  queryParams = [],
  method,
}: HTTPRouteMatch): ReadRule['matches'][number] {
  return {
    path: pathOf(path?.type, path?.value ?? '/'),
    ...(method === undefined ? {} : { method }),
    headers: headers.map(valueOf),
    params: queryParams.map(valueOf),
  };
}

/** A path to compare with, from Gateway API's words. */
export function pathOf(type: string | undefined, value: string): PathMatch {
  if (type === 'Exact') return { type: 'exact', value };
  if (type === 'RegularExpression') return { type: 'regex', value };
  return { type: 'prefix', value: withoutEnd(value) };
}

/** What a header or parameter has to be, from Gateway API's words. */
export function valueOf({ name, value, type }: { name: string; value: string; type?: string }): ValueMatch {
  return { name, value, isRegex: type === 'RegularExpression' };
}

function ruleOf(rule: HTTPRouteRule, prefix: string): Omit<HttpRule, 'id'> {
  const { filters = [], timeouts } = rule;
  const limits = [timeouts?.request, timeouts?.backendRequest].flatMap((text) => {
    const ms = text === undefined ? undefined : routeTimeoutMs(text);
    return ms === undefined ? [] : ms === 0 ? LONGEST_MS : ms;
  });
  const rewrite = filters.find(({ type }) => type === 'URLRewrite')?.urlRewrite;
  const redirect = filters.find(({ type }) => type === 'RequestRedirect')?.requestRedirect;
  const path = pathChange(rewrite?.path ?? redirect?.path, prefix);
  return {
    request: filters.flatMap(({ type, requestHeaderModifier }) =>
      type === 'RequestHeaderModifier' ? changesOf(requestHeaderModifier) : [],
    ),
    response: filters.flatMap(({ type, responseHeaderModifier }) =>
      type === 'ResponseHeaderModifier' ? changesOf(responseHeaderModifier) : [],
    ),
    ...(path === undefined ? {} : { path }),
    ...(rewrite?.hostname === undefined ? {} : { host: rewrite.hostname }),
    ...(redirect === undefined ? {} : { redirect: redirectOf(redirect) }),
    ...(limits.length === 0 ? {} : { timeoutMs: Math.min(...limits) }),
  };
}

function redirectOf({
  scheme,
  hostname,
  port,
  statusCode = 302,
}: NonNullable<HTTPRouteFilter['requestRedirect']>): Redirect {
  return {
    ...(scheme === undefined ? {} : { scheme }),
    ...(hostname === undefined ? {} : { host: hostname }),
    ...(port === undefined ? {} : { port }),
    code: statusCode,
  };
}

function changesOf({
  set = [],
  add = [],
  remove = [],
}: HTTPRouteFilter['requestHeaderModifier'] = {}): HeaderChange[] {
  return [
    ...remove.map((name): HeaderChange => ({ type: 'del', name, value: '' })),
    ...set.map(({ name, value }): HeaderChange => ({ type: 'set', name, value })),
    ...add.map(({ name, value }): HeaderChange => ({ type: 'add', name, value })),
  ];
}

type PathModifier = NonNullable<HTTPRouteFilter['urlRewrite']>['path'];

function pathChange(modifier: PathModifier, prefix: string): PathChange | undefined {
  if (modifier === undefined) return undefined;
  if (modifier.type === 'ReplaceFullPath') return { type: 'full', value: modifier.replaceFullPath || '/' };
  return { type: 'prefix', prefix, value: withoutEnd(modifier.replacePrefixMatch ?? '') };
}

function replacesPrefix({ urlRewrite, requestRedirect }: HTTPRouteFilter): boolean {
  return (urlRewrite?.path ?? requestRedirect?.path)?.type === 'ReplacePrefixMatch';
}

function withoutEnd(path: string): string {
  return path.replace(/\/+$/, '');
}
