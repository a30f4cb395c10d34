// What the control plane says of Gateways, routes and Ingresses is what the proxies of nodes do: two programs, one survey.
import test from 'ava';
import fc from 'fast-check';
import { proxyStateOf, type ProxyState } from '@gantry/agent/service-proxy/proxy-state';
import type { RouteLists } from '@gantry/agent/service-proxy/routes/route-lists';
import type { KindDefinition } from '@gantry/api/definition';
import { gatewayKind } from '@gantry/api/kinds/gateway';
import { gatewayClassKind } from '@gantry/api/kinds/gateway-class';
import { httpRouteKind, type HTTPRoute } from '@gantry/api/kinds/http-route';
import { ingressClassKind } from '@gantry/api/kinds/ingress-class';
import { ingressKind } from '@gantry/api/kinds/ingress';
import type { MetaCondition } from '@gantry/api/kinds/object-fields';
import { referenceGrantKind } from '@gantry/api/kinds/reference-grant';
import { secretKind } from '@gantry/api/kinds/secret';
import { serviceKind } from '@gantry/api/kinds/service';
import { tcpRouteKind } from '@gantry/api/kinds/tcp-route';
import type { AnyObject } from '@gantry/api/meta';
import { createAuthority } from '@gantry/control-plane/auth/certificates';
import { gatewayControllers } from '@gantry/control-plane/controllers/gateway/gateway-controllers';
import { draws, drawn } from '@gantry/control-plane/controllers/gateway/random-shop';
import { withClasses, withServingNode } from '@gantry/control-plane/controllers/gateway/toy-gateway';
import { settleAll } from '@gantry/control-plane/engine/settle';
import { emptyWorld, later, readerOf, type World } from '@gantry/control-plane/engine/toy-world';
import { seededRandom } from '@gantry/kit/random';

const signing = { nowMs: Date.parse('2026-01-01T00:00:00Z'), random: seededRandom(1) };

/** What a node makes of these objects; none of its ports is held by others. */
function nodeOf(world: World, parts: Partial<RouteLists> = {}): ProxyState {
  const reader = readerOf(world);
  const all = <T extends AnyObject>(definition: KindDefinition<T>): readonly T[] => reader.list(definition);
  const services = all(serviceKind).map((service, at) => ({
    ...service,
    spec: { ...service.spec, clusterIP: `10.96.0.${at + 1}` },
  }));
  const lists: RouteLists = {
    ...{ classes: all(gatewayClassKind), gateways: all(gatewayKind), grants: all(referenceGrantKind) },
    ...{ httpRoutes: all(httpRouteKind), tcpRoutes: all(tcpRouteKind), secrets: all(secretKind) },
    ...{ ingresses: all(ingressKind), ingressClasses: all(ingressClassKind) },
    ...parts,
  };
  return proxyStateOf(services, [], { lists, holder: () => undefined });
}

const holds = (conditions: readonly MetaCondition[] | undefined, type: string): boolean =>
  conditions?.some((one) => one.type === type && one.status === 'True') ?? false;

/** `port host` of each listener that is told to be programmed. */
function toldPlaces(world: World): string[] {
  const places = readerOf(world)
    .list(gatewayKind)
    .flatMap(({ spec, status }) =>
      spec.listeners.flatMap(({ name, port, hostname = '', protocol }) => {
        const told = status?.listeners?.find((one) => one.name === name);
        if (!holds(told?.conditions, 'Programmed')) return [];
        // A port of TCP opens with its route.
        if (protocol !== 'TCP') return [`${port} ${hostname}`];
        return (told?.attachedRoutes ?? 0) > 0 ? [`${port} tcp`] : [];
      }),
    );
  return places.sort();
}

function servedPlaces({ routes: { routing } }: ProxyState): string[] {
  return routing.frontends
    .flatMap((frontend) =>
      frontend.protocol === 'tcp'
        ? [`${frontend.port} tcp`]
        : frontend.places.map(({ host }) => `${frontend.port} ${host}`),
    )
    .sort();
}

/** Whether a node, were this its only HTTPRoute, had rules of it; and whether all of them lead somewhere. */
function doneOf(world: World, route: HTTPRoute): { hasRules: boolean; isWhole: boolean } {
  const { routes } = nodeOf(world, { httpRoutes: [route], tcpRoutes: [], ingresses: [] });
  const shares = [...routes.shares.values()].flat();
  return {
    hasRules: routes.routing.rules.length > 0,
    isWhole: shares.every(({ service }) => service !== undefined),
  };
}

test('listeners, routes and Ingresses are told to be served exactly where nodes serve them', async (t) => {
  const pairs = [await createAuthority('a', 30, signing), await createAuthority('b', 30, signing)];
  const mixed = { certificate: pairs[0]?.certificate ?? '', key: pairs[1]?.key ?? '' };
  const seen = { places: 0, accepted: 0, refused: 0, unresolved: 0, reached: 0, unreached: 0 };
  fc.assert(
    fc.property(fc.array(draws([...pairs, mixed]), { minLength: 5, maxLength: 40, size: 'max' }), (steps) => {
      let world = withServingNode(withServingNode(withClasses(emptyWorld()), 1), 2);
      for (const draw of steps)
        if (draw.object.kind !== 'Node') world = drawn(later(world, 1_000), draw, false);
      world = settleAll(gatewayControllers(), world).world;
      t.deepEqual(servedPlaces(nodeOf(world, { ingresses: [] })), toldPlaces(world));
      seen.places += toldPlaces(world).length;
      for (const route of readerOf(world).list(httpRouteKind)) {
        const { hasRules, isWhole } = doneOf(world, route);
        const parents = route.status?.parents ?? [];
        const isAccepted = parents.some(({ conditions }) => holds(conditions, 'Accepted'));
        if (hasRules) t.true(isAccepted, 'what is served is told to be accepted');
        if (hasRules) t.is(isWhole, holds(parents[0]?.conditions, 'ResolvedRefs'));
        seen[isAccepted ? 'accepted' : 'refused'] += 1;
        if (!isWhole) seen.unresolved += 1;
      }
      for (const ingress of readerOf(world).list(ingressKind)) {
        const state = nodeOf(world, { httpRoutes: [], tcpRoutes: [], ingresses: [ingress] });
        const isReached = (ingress.status?.loadBalancer?.ingress ?? []).length > 0;
        t.is(state.routes.routing.rules.length > 0 && servesEntries(state), isReached);
        seen[isReached ? 'reached' : 'unreached'] += 1;
      }
    }),
    { numRuns: 150 },
  );
  for (const [what, count] of Object.entries(seen)) t.true(count > 10, `${what}: ${count}`);
});

function servesEntries({ routes: { routing } }: ProxyState): boolean {
  return routing.frontends.some((frontend) => frontend.protocol !== 'tcp' && frontend.entries.length > 0);
}
