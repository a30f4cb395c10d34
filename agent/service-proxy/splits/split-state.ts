// Adds TrafficSplits to what routes ask for: a Service that is split is split wherever it is reached. Pure.
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import type { ProxyService } from '../proxy-state.ts';
import { ENTRIES_MAX } from '../routes/route-builder.ts';
import type { RouteIssue } from '../routes/route-issues.ts';
import type { RouteTargets } from '../routes/route-targets.ts';
import type { RouteState } from '../routes/routing.ts';
import { leadTcp } from './tcp-splits.ts';
import { translateSplits } from './translate-splits.ts';

export interface SplitInputs {
  splits: readonly TrafficSplit[];
  hasLua: boolean;
}

/** All ports that anybody leads to, and the routes with splits among them. */
export function splitState(
  { splits, hasLua }: SplitInputs,
  targets: RouteTargets,
  served: readonly ProxyService[],
  routes: RouteState,
): { services: readonly ProxyService[]; routes: RouteState; issues: readonly RouteIssue[] } {
  if (splits.length === 0) return { services: [...served, ...targets.extra()], routes, issues: [] };
  const found = translateSplits({
    ...{ splits, hasLua, entriesMax: roomFor(routes) },
    ...{ service: targets.service, target: targets.target, modes: targets.modes },
  });
  const services = [...served, ...targets.extra()];
  const { led, mixes } = leadTcp(found.tcp, new Map(services.map((service) => [service.key, service])));
  return {
    services: [...services, ...mixes],
    routes: {
      ...routes,
      routing: {
        ...routes.routing,
        mirrors: [...routes.routing.mirrors, ...found.mirrors],
        splits: found.routing,
      },
      splits: { http: found.http, tcp: led },
      mirrored: new Map([...routes.mirrored, ...found.mirrored]),
    },
    issues: found.issues,
  };
}

/** Each frontend for HTTP holds all matches of splits, beside those of its routes. */
function roomFor({ routing: { frontends, entries } }: RouteState): number {
  const http = frontends.flatMap((frontend) =>
    frontend.protocol === 'tcp' ? [] : [frontend.entries.length],
  );
  const used = http.reduce((sum, count) => sum + count, entries.length);
  return Math.max(0, Math.floor((ENTRIES_MAX - used) / (http.length + 1)));
}
