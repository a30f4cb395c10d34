// Rules of routes, Ingresses and splits as sentences: which requests, what is done to them, where they go. Pure.
import type { HTTPRoute, HTTPRouteMatch } from '@gantry/api/kinds/http-route';
import type { Ingress, IngressBackend } from '@gantry/api/kinds/ingress';
import type { SplitRule, TrafficSplit } from '@gantry/api/kinds/traffic-split';

/** A place that requests go to. */
export interface RouteTarget {
  /** Of the Service; undefined: that of the route. */
  namespace: string | undefined;
  service: string;
  port: string;
  /** Of the requests of the rule, 0 to 100; undefined where it is alone. */
  percent: number | undefined;
}

/** One rule. */
export interface RouteSentence {
  /** `Host a.example, path /v1…, header x: 1`. */
  requests: string;
  /** `redirect to https`; what is done on the way. */
  done: readonly string[];
  targets: readonly RouteTarget[];
}

type Filter = NonNullable<NonNullable<NonNullable<HTTPRoute['spec']['rules']>[number]>['filters']>[number];

/** The rules of an HTTPRoute. */
export function routeSentences({ spec }: HTTPRoute): RouteSentence[] {
  const hosts = hostText(spec.hostnames);
  return (spec.rules ?? []).map(({ matches, filters = [], backendRefs = [] }) => ({
    requests: `${hosts}, ${anyOf((matches ?? []).map(matchText))}`,
    done: filters.map(filterText),
    targets: shared(
      backendRefs.map(({ namespace, name, port, weight = 1 }) => ({
        ...{ namespace, service: name, port: port === undefined ? '' : String(port), weight },
      })),
    ),
  }));
}

/** The paths of an Ingress. */
export function ingressSentences({ spec }: Ingress): RouteSentence[] {
  const rules = (spec?.rules ?? []).flatMap(({ host, http }) =>
    (http?.paths ?? []).map(({ path = '/', pathType, backend }) => ({
      requests: `${hostText(host === undefined ? undefined : [host])}, ${pathText(pathType === 'Exact' ? 'Exact' : 'PathPrefix', path)}`,
      done: [],
      targets: ingressTarget(backend),
    })),
  );
  if (spec?.defaultBackend === undefined) return rules;
  return [
    ...rules,
    { requests: 'All other requests', done: [], targets: ingressTarget(spec.defaultBackend) },
  ];
}

/** The rules of a TrafficSplit, in their order: the first that fits counts. */
export function splitSentences({ spec }: TrafficSplit): RouteSentence[] {
  return spec.rules.map((rule, at) => ({
    requests:
      rule.matches === undefined || rule.matches.length === 0
        ? at === 0
          ? 'All requests'
          : 'All other requests'
        : `Requests with ${anyOf(rule.matches.map(splitMatchText))}`,
    done:
      rule.sticky === undefined ? [] : [`each user stays on one side, told by ${sourceText(rule.sticky)}`],
    targets: shared(
      rule.backends.map(({ service, weight }) => ({
        ...{ namespace: undefined, service, port: '', weight },
      })),
    ),
  }));
}

/** `web (90 %)`. */
export function targetText({ namespace, service, port, percent }: RouteTarget): string {
  const place = `${namespace === undefined ? '' : `${namespace}/`}${service}${port === '' ? '' : `:${port}`}`;
  return percent === undefined ? place : `${place} (${percentText(percent)} %)`;
}

function percentText(percent: number): string {
  return Number.isInteger(percent) ? String(percent) : percent.toFixed(1);
}

function shared(weighed: readonly (Omit<RouteTarget, 'percent'> & { weight: number })[]): RouteTarget[] {
  const whole = weighed.reduce((sum, { weight }) => sum + weight, 0);
  return weighed.map(({ weight, ...target }) => ({
    ...target,
    percent: weighed.length === 1 && weight > 0 ? undefined : whole === 0 ? 0 : (100 * weight) / whole,
  }));
}

function ingressTarget({ service }: IngressBackend): RouteTarget[] {
  if (service === undefined) return [];
  const port = service.port?.name ?? service.port?.number ?? '';
  return [{ namespace: undefined, service: service.name, port: String(port), percent: undefined }];
}

function hostText(hosts: readonly string[] | undefined): string {
  if (hosts === undefined || hosts.length === 0) return 'Any host';
  return `Host ${hosts.join(' or ')}`;
}

function anyOf(texts: readonly string[]): string {
  return texts.length === 0 ? 'any path' : texts.join('; or ');
}

function matchText({ method, path, headers = [], queryParams = [] }: HTTPRouteMatch): string {
  return [
    ...(method === undefined ? [] : [`method ${method}`]),
    pathText(path?.type, path?.value),
    ...headers.map(
      ({ name, value, type }) => `header ${name}${type === 'RegularExpression' ? ' like' : ':'} ${value}`,
    ),
    ...queryParams.map(
      ({ name, value, type }) => `?${name}${type === 'RegularExpression' ? ' like ' : '='}${value}`,
    ),
  ].join(', ');
}

function pathText(type = 'PathPrefix', value = '/'): string {
  if (type === 'PathPrefix' && value === '/') return 'any path';
  if (type === 'Exact') return `exactly the path ${value}`;
  return type === 'RegularExpression' ? `paths like ${value}` : `path ${value} and below`;
}

function filterText(filter: Filter): string {
  const { type, requestRedirect, urlRewrite } = filter;
  if (requestRedirect !== undefined) {
    const { scheme, hostname, port, statusCode = 302 } = requestRedirect;
    const where = [scheme, hostname, port].filter((part) => part !== undefined).join(' ');
    return `redirect${where === '' ? '' : ` to ${where}`} (${statusCode})`;
  }
  if (urlRewrite !== undefined) {
    const to =
      urlRewrite.path?.replaceFullPath ?? urlRewrite.path?.replacePrefixMatch ?? urlRewrite.hostname ?? '';
    return `rewrite to ${to === '' ? '/' : to}`;
  }
  return WORDS[type] ?? type;
}

const WORDS: Readonly<Record<string, string>> = {
  RequestHeaderModifier: 'change request headers',
  ResponseHeaderModifier: 'change answer headers',
  RequestMirror: 'copy the request',
};

function splitMatchText({
  request,
  cookies = [],
  claims = [],
}: NonNullable<SplitRule['matches']>[number]): string {
  return [
    ...(request === undefined ? [] : [matchText(request)]),
    ...cookies.map(({ name, value }) => `cookie ${name}=${value}`),
    ...claims.map(({ name, value }) => `claim ${name}=${value}`),
  ].join(', ');
}

function sourceText({ by }: NonNullable<SplitRule['sticky']>): string {
  if (by.header !== undefined) return `header ${by.header}`;
  return by.cookie === undefined ? `claim ${by.claim ?? ''}` : `cookie ${by.cookie}`;
}
