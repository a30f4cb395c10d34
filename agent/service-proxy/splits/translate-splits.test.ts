// What becomes of TrafficSplits, as data and in the maps.
import test from 'ava';
import fc from 'fast-check';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import { diffState } from '../diff-state.ts';
import { freshLayout, type Layout } from '../layout.ts';
import { describeIssue, proxyStateOf, type ProxyState } from '../proxy-state.ts';
import { NO_ROUTE_LISTS } from '../routes/route-lists.ts';
import { aGateway, aRoute, lists, routeLists } from '../test-routes.ts';
import { aService, aSlice, aSplit, clusters, ending } from '../test-services.ts';
import { partsOf, rulesOf, splitLists } from '../test-splits.ts';

const services = [
  aService('web', '10.96.0.1'),
  aService('web-canary', '10.96.0.2'),
  aService('db', '10.96.0.3', { name: 'db', port: 5432 }),
  aService('db-new', '10.96.0.4', { name: 'db', port: 5433 }),
];
const db = { name: 'db', port: 5432 };
const slices = [
  aSlice('web', ['10.244.0.1']),
  aSlice('web-canary', ['10.244.0.2']),
  aSlice('db', ['10.244.0.3', '10.244.0.4'], db),
  aSlice('db-new', ['10.244.0.5'], db),
];
const stateOf = (splits: TrafficSplit[], given = slices, hasLua = true): ProxyState =>
  proxyStateOf(services, given, { lists: NO_ROUTE_LISTS, holder: () => undefined, splits, hasLua });
const web = (canary: number, stable: number): TrafficSplit =>
  aSplit('web', [{ backends: { 'web-canary': canary, web: stable } }]);
const told = ({ issues }: ProxyState): string => issues.map(describeIssue).join('\n');

/** How many of a rule's turns are each Service's. */
function sharesIn(
  state: ProxyState,
  layout = freshLayout(state),
  at = '10.96.0.1:80',
): Record<string, number> {
  const names = new Map([...layout.assigned].map(([key, slot]) => [slot, key]));
  const id = layout.maps.services.get(at) ?? '';
  const counts: Record<string, number> = {};
  for (const part of partsOf(layout, `${id}.d`)) {
    const name = names.get(part?.target ?? '') ?? part?.target ?? 'lost';
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

test('shares are turns of the backends; the Service itself stands for its own pods', (t) => {
  t.deepEqual(sharesIn(stateOf([web(10, 90)])), { 'shop/web-canary/80': 1, 'shop/web/80': 9 });
  t.deepEqual(sharesIn(stateOf([web(0, 100)])), { 'shop/web/80': 1 });
  t.deepEqual(sharesIn(stateOf([web(100, 0)])), { 'shop/web-canary/80': 1 });
});

test('other weights are commands, and what leads to them is one entry of a map', (t) => {
  const steps = [web(0, 100), web(10, 90), web(50, 50), web(100, 0), web(0, 100)];
  let layout = freshLayout(stateOf([web(100, 0)]));
  for (const split of steps) {
    const change = diffState(layout, stateOf([split]));
    t.is(change.type, 'commands');
    if (change.type !== 'commands') return;
    const set = change.commands.filter(({ type }) => type === 'set-entry');
    t.is(set.length, 1);
    layout = freshLayout(stateOf([split]), layout);
  }
});

test('a split without matches comes and goes without a reload where there are others', (t) => {
  const other = aSplit('web-canary', [{ backends: { 'web-canary': 1 } }]);
  const [one, two] = [stateOf([other]), stateOf([other, web(10, 90)])];
  t.is(diffState(freshLayout(stateOf([])), one).type, 'reload');
  t.is(diffState(freshLayout(one), two).type, 'commands');
  t.is(diffState(freshLayout(two), one).type, 'commands');
});

test('the share of a backend without pods, without a Service or with pods that end goes to the others', (t) => {
  const without = (name: string) => slices.filter(({ metadata }) => metadata.name !== `${name}-slice`);
  t.deepEqual(sharesIn(stateOf([web(10, 90)], without('web-canary'))), { 'shop/web/80': 1 });
  t.deepEqual(sharesIn(stateOf([web(10, 90)], without('web'))), { 'shop/web-canary/80': 1 });
  const ends = [...without('web-canary'), aSlice('web-canary', [ending('10.244.0.2')])];
  t.deepEqual(sharesIn(stateOf([web(10, 90)], ends)), { 'shop/web/80': 1 });
  t.deepEqual(sharesIn(stateOf([web(10, 0)], ends)), { 'shop/web-canary/80': 1 }, 'rather than nobody');
  const missing = stateOf([aSplit('web', [{ backends: { nobody: 50, web: 50 } }])]);
  t.deepEqual(sharesIn(missing), { 'shop/web/80': 1 });
  t.regex(
    told(missing),
    /TrafficSplit shop\/web: there is no Service shop\/nobody; its share goes to the others/,
  );
  t.deepEqual(sharesIn(stateOf([web(10, 90)], [])), { 'http-no-endpoint': 10 });
});

test('the oldest split of a Service counts, and what breaks the rules is passed over', (t) => {
  const at = (name: string, creationTimestamp: string) => ({ name, creationTimestamp });
  const old = aSplit('web', [{ backends: { web: 1 } }], at('z', '2026-01-01T00:00:00Z'));
  const young = aSplit('web', [{ backends: { 'web-canary': 1 } }], at('a', '2026-01-02T00:00:00Z'));
  const bad = aSplit('web', [{ backends: {} }], at('b', '2025-01-01T00:00:00Z'));
  for (const splits of [
    [bad, old, young],
    [young, old, bad],
  ]) {
    const state = stateOf(splits);
    t.deepEqual(sharesIn(state), { 'shop/web/80': 1 });
    t.regex(told(state), /TrafficSplit shop\/a is passed over: TrafficSplit shop\/z splits the same Service/);
    t.regex(told(state), /TrafficSplit shop\/b is passed over: spec.rules\[0\].backends/);
  }
});

test("a backend's own split is not followed", (t) => {
  const loop = aSplit('web-canary', [{ backends: { web: 1 } }]);
  t.deepEqual(sharesIn(stateOf([web(1, 0), loop])), { 'shop/web-canary/80': 1 });
  t.deepEqual(sharesIn(stateOf([web(1, 0), loop]), undefined, '10.96.0.2:80'), { 'shop/web/80': 1 });
});

test('connections go to one backend, or to servers of several with weights; ports are found by name too', (t) => {
  const split = (fresh: number, old: number): ProxyState =>
    stateOf([aSplit('db', [{ backends: { 'db-new': fresh, db: old } }])]);
  const entrance = (state: ProxyState): string | undefined => {
    const { assigned, maps } = freshLayout(state);
    const slot = maps.services.get('10.96.0.3:5432');
    return [...assigned].find(([, name]) => name === slot)?.[0];
  };
  t.is(entrance(split(0, 1)), 'shop/db/5432');
  t.is(entrance(split(1, 0)), 'shop/db-new/5433');
  const mixed = split(10, 90);
  t.is(entrance(mixed), 'mix:shop/db,db-new/5432');
  const mix = mixed.services.find(({ key }) => key.startsWith('mix:'));
  t.deepEqual(
    mix?.servers.map(({ address, weight }) => [address, weight]),
    [
      ['10.244.0.3', 9],
      ['10.244.0.4', 9],
      ['10.244.0.5', 2],
    ],
  );
  const change = diffState(freshLayout(mixed), split(20, 80));
  t.is(change.type === 'commands' && change.commands.every(({ type }) => type === 'set-weight'), true);
});

test('a port that a Service has twice is split once', (t) => {
  const ports = [db, db];
  const twice = aService('db', '10.96.0.3', undefined, { ports, sessionAffinity: 'ClientIP' });
  const splits = [aSplit('db', [{ backends: { 'db-new': 1, db: 1 } }])];
  const inputs = { lists: NO_ROUTE_LISTS, holder: () => undefined, splits };
  const state = proxyStateOf(
    [twice, ...services.filter(({ metadata }) => metadata.name !== 'db')],
    slices,
    inputs,
  );
  t.deepEqual(repeated(state.services.map(({ key }) => key)), []);
  t.deepEqual(repeated(freshLayout(state).slots.map(({ name }) => name)), []);
});

function repeated(names: readonly string[]): string[] {
  return names.filter((name, at) => names.indexOf(name) !== at);
}

test('without Lua users go by turns, and it is said', (t) => {
  const sticky = { by: { header: 'x-user' }, salt: 's' };
  const split = aSplit('web', [{ backends: { 'web-canary': 1, web: 1 }, sticky }]);
  t.deepEqual(stateOf([split]).routes.routing.splits.sticky.length, 1);
  const state = stateOf([split], slices, false);
  t.deepEqual(state.routes.routing.splits.sticky, []);
  t.deepEqual(sharesIn(state), { 'shop/web-canary/80': 1, 'shop/web/80': 1 });
  t.regex(told(state), /users go to the sides by turns/);
});

test('matches are bounded with those of routes, and what is too much is said', (t) => {
  const matches = Array.from({ length: 64 }, (_, at) => ({ cookies: [{ name: 'c', value: String(at) }] }));
  const rule = { matches, backends: { 'web-canary': 1 } };
  const split = aSplit('web', [...Array<typeof rule>(15).fill(rule), { backends: { web: 1 } }]);
  t.is(stateOf([split]).routes.routing.splits.entries.length, 960);
  const routes = lists({
    gateways: [
      aGateway('gw', [
        { name: 'a', port: 81, protocol: 'HTTP' },
        { name: 'b', port: 82, protocol: 'HTTP' },
      ]),
    ],
    httpRoutes: [aRoute('r', [{ backendRefs: [{ name: 'web', port: 80 }] }])],
  });
  const state = proxyStateOf(services, slices, { lists: routes, holder: () => undefined, splits: [split] });
  t.deepEqual(state.routes.routing.splits.entries, [], 'three frontends would hold them');
  t.regex(told(state), /TrafficSplit shop\/web: its matches are more than a proxy takes/);
  t.deepEqual(sharesIn(state), { 'shop/web/80': 1 });
});

/** Some of whose Services have pods, some of which end. */
const plain = fc
  .array(fc.constantFrom('none', 'ready', 'ending'), { minLength: 4, maxLength: 4 })
  .map((pods) => ({
    services: [...'abcd'].map((name, at) => aService(name, `10.96.1.${at}`)),
    slices: [...'abcd'].map((name, at) => {
      const address = `10.244.1.${at}`;
      return aSlice(name, pods[at] === 'none' ? [] : [pods[at] === 'ending' ? ending(address) : address]);
    }),
  }));
const worlds = fc.record({ cluster: fc.oneof(clusters, plain), routes: routeLists, splits: splitLists });

test('every request of every split has exactly one target, and none goes to a backend without a weight', (t) => {
  let seen = 0;
  fc.assert(
    fc.property(worlds, ({ cluster: { services: own, slices: given }, routes, splits }) => {
      const state = proxyStateOf(own, given, { lists: routes, holder: () => undefined, splits });
      const layout = freshLayout(state);
      for (const { id, rules } of state.routes.splits.http.values()) {
        t.deepEqual(rulesOf(layout, id).sort(), rules.map(({ rule }) => rule).sort());
        for (const { rule, shares } of rules) {
          const parts = partsOf(layout, rule);
          t.true(parts.length > 0);
          for (const part of parts) {
            seen += 1;
            t.true(isTarget(layout, part?.target ?? ''), `${rule} leads to ${part?.target ?? 'nowhere'}`);
            t.true((shares[part?.side ?? -1]?.weight ?? 0) > 0);
          }
        }
      }
    }),
    { numRuns: 500 },
  );
  t.true(seen > 100, `${seen} parts were seen`);
});

function isTarget({ slots }: Layout, name: string): boolean {
  return ['http-no-endpoint', 'http-no-service'].includes(name) || slots.some((slot) => slot.name === name);
}

test('the same lists give the same, in whatever order they come', (t) => {
  fc.assert(
    fc.property(worlds, ({ cluster, routes, splits }) => {
      const inputs = { lists: routes, holder: () => undefined };
      const unique = uniqueNames(splits);
      const [one, two] = [unique, unique.toReversed()].map((given) =>
        proxyStateOf(cluster.services, cluster.slices, { ...inputs, splits: given }),
      );
      t.deepEqual(one?.routes, two?.routes);
      t.deepEqual(one?.services, two?.services);
      t.deepEqual(repeated((one?.services ?? []).map(({ key }) => key)), []);
    }),
    { numRuns: 100 },
  );
});

function uniqueNames(splits: readonly TrafficSplit[]): TrafficSplit[] {
  const names = new Set<string>();
  return splits.filter(({ metadata: { name = '' } }) => !names.has(name) && names.add(name) !== undefined);
}
