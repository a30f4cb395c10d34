// Routes of a canary's steps as rules of its split: requests that go to the new version, or are copied to it, whatever its
// share. Pure.
import type { HeaderRoute, MirrorRoute } from '@gantry/api/rollout/asked';
import type { HeaderRoutingMatch, MirrorMatch, StringMatch } from '@gantry/api/kinds/rollout/steps';
import type { SplitMatch, SplitRule } from '@gantry/api/kinds/traffic-split';

/** Rules of routes are told from shares by their names. */
const ROUTE_PREFIX = 'route/';
const MIRROR_PREFIX = 'mirror/';

export interface AskedRoutes {
  routes: readonly HeaderRoute[];
  mirrors: readonly MirrorRoute[];
}

/** Whether it is the rule of a route, and says nothing of shares. */
export function isRouteRule({ name = '' }: SplitRule): boolean {
  return name.startsWith(ROUTE_PREFIX) || name.startsWith(MIRROR_PREFIX);
}

/** Requests that are copied are answered by the main Service: what the side says of them nobody hears. */
export function routeRules({ routes, mirrors }: AskedRoutes, main: string, side: string): SplitRule[] {
  const backends = (percent: number): SplitRule['backends'] => [
    { service: side, weight: percent },
    { service: main, weight: 100 - percent },
  ];
  return [
    ...routes.map(({ name, match }) => ({
      name: `${ROUTE_PREFIX}${name}`,
      matches: match.map(headerMatch),
      backends: backends(100),
    })),
    ...mirrors.map(({ name, match, percentage }) => ({
      name: `${MIRROR_PREFIX}${name}`,
      matches: match.map(mirrorMatch),
      backends: backends(0),
      mirror: { service: side, percent: percentage },
    })),
  ];
}

function headerMatch({ headerName, headerValue }: HeaderRoutingMatch): SplitMatch {
  return {
    request: {
      path: { type: 'PathPrefix', value: '/' },
      headers: [{ name: headerName, ...valueOf(headerValue) }],
    },
  };
}

/** A prefix is one of the text, as Argo has it; that of a path is not one of whole parts. */
function mirrorMatch({ method, path, headers = {} }: MirrorMatch): SplitMatch {
  const named = Object.entries(headers);
  return {
    request: {
      path: path === undefined ? { type: 'PathPrefix', value: '/' } : valueOf(path),
      ...(method?.exact === undefined ? {} : { method: method.exact as 'GET' }),
      ...(named.length === 0 ? {} : { headers: named.map(([name, value]) => ({ name, ...valueOf(value) })) }),
    },
  };
}

function valueOf({ exact, prefix, regex }: StringMatch): {
  type: 'Exact' | 'RegularExpression';
  value: string;
} {
  return exact === undefined
    ? { type: 'RegularExpression', value: regex ?? `${escaped(prefix ?? '')}.*` }
    : { type: 'Exact', value: exact };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
