// What a route may ask for and no proxy does: its requests are answered with 500, and the route's status says so. Pure.
import type { HTTPRouteRule } from '../kinds/http-route.ts';
import type { AnyRoute } from './attachments.ts';

/** Whether requests of the rule are answered with 500: HAProxy cannot send a copy elsewhere. */
export function isRefusedRule({ filters = [] }: HTTPRouteRule): boolean {
  return filters.some(({ type }) => type === 'RequestMirror');
}

/** What is said of a route with such rules; undefined when it has none. */
export function unsupportedMessage(route: AnyRoute): string | undefined {
  if (route.kind === 'TCPRoute') return undefined;
  const rules = (route.spec.rules ?? []) as readonly HTTPRouteRule[];
  const refused = rules.flatMap((rule, at) => (isRefusedRule(rule) ? [`rules[${at}]`] : []));
  if (refused.length === 0) return undefined;
  const rest = refused.length === rules.length ? '' : '; its other rules are served';
  return `RequestMirror is not supported: requests of ${refused.join(', ')} are answered with 500${rest}`;
}
