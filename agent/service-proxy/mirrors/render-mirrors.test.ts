// Who gets copies, as data, in the maps and in HAProxy's words.
import test from 'ava';
import type { HTTPRequestMirrorFilter } from '@gantry/api/kinds/gateway/http-filters';
import type { EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import { diffState } from '../diff-state.ts';
import { freshLayout } from '../layout.ts';
import { describeIssue, proxyStateOf, type ProxyState } from '../proxy-state.ts';
import { renderConfig } from '../render-config.ts';
import { aRoute, lists } from '../test-routes.ts';
import { aService, aSlice, aSplit } from '../test-services.ts';

const services = [aService('web', '10.96.0.1'), aService('shadow', '10.96.0.2')];
const pods = (...addresses: string[]): EndpointSlice[] => [
  aSlice('web', ['10.244.0.1']),
  ...(addresses.length === 0 ? [] : [aSlice('shadow', addresses)]),
];
const settings = { httpPort: 1, tcpPort: 2, serviceCidr: '10.96.0.0/16', connectionsMax: 100 };
const mirror = (fields: Partial<HTTPRequestMirrorFilter>) => ({
  type: 'RequestMirror' as const,
  requestMirror: { backendRef: { name: 'shadow', port: 80 }, ...fields },
});

function stateOf(
  filters: ReturnType<typeof mirror>[],
  { slices = pods('10.244.0.2'), hasLua = true, splits = [] as TrafficSplit[] } = {},
): ProxyState {
  const rules = filters.length === 0 ? [] : [{ filters, backendRefs: [{ name: 'web', port: 80 }] }];
  const parentRefs = [{ group: '', kind: 'Service', name: 'web' }];
  const httpRoutes = rules.length === 0 ? [] : [aRoute('r', rules, { parentRefs })];
  return proxyStateOf(services, slices, {
    lists: lists({ httpRoutes }),
    holder: () => undefined,
    hasLua,
    splits,
  });
}

test('mirrors of a rule: percent, fraction, none, and one that is not there', (t) => {
  const { routes } = stateOf([
    mirror({}),
    mirror({ percent: 0 }),
    mirror({ percent: 5 }),
    mirror({ fraction: { numerator: 1, denominator: 3 } }),
    mirror({ backendRef: { name: 'nobody', port: 80 } }),
  ]);
  t.deepEqual(
    routes.routing.mirrors.map(({ id, of, numerator, denominator }) => [id, of, numerator, denominator]),
    [
      ['r1:m0', 'route', 100, 100],
      ['r1:m1', 'route', 5, 100],
      ['r1:m2', 'route', 1, 3],
    ],
  );
  t.deepEqual([...routes.mirrored.values()], ['shop/shadow/80', 'shop/shadow/80', 'shop/shadow/80']);
});

test('pods of a mirror come and go without a reload; nobody leads to a mirror without pods', (t) => {
  const layout = freshLayout(stateOf([mirror({})]));
  const slot = layout.assigned.get('shop/shadow/80');
  t.is(layout.maps.routes.get('r1:m0'), slot);
  const without = diffState(layout, stateOf([mirror({})], { slices: pods() }));
  t.is(without.type, 'commands');
  if (without.type !== 'commands') return;
  const [first] = without.commands.filter((one) => 'map' in one && one.map === 'routes');
  t.deepEqual(first, { type: 'delete-entry', map: 'routes', key: 'r1:m0' });
  t.is(diffState(layout, stateOf([mirror({ percent: 5 })])).type, 'reload');
});

test('rules of splits, and an HAProxy without Lua', (t) => {
  const split = aSplit('web', [{ backends: { web: 1 }, mirror: { service: 'shadow', percent: 10 } }]);
  const layout = freshLayout(stateOf([], { splits: [split] }));
  const [one] = layout.routing.mirrors;
  t.like(one, { of: 'split', numerator: 10, denominator: 100 });
  t.regex(one?.id ?? '', /^x[0-9a-f]{11}\.d:m0$/);
  const bare = stateOf([mirror({})], { splits: [split], hasLua: false });
  t.deepEqual(bare.routes.routing.mirrors, []);
  t.deepEqual(bare.issues.map(describeIssue), [
    'HTTPRoute shop/r: no requests are copied, because this HAProxy has no Lua',
    'TrafficSplit shop/web: no requests are copied, because this HAProxy has no Lua',
  ]);
});

test('without mirrors nothing of them is in the texts', (t) => {
  const { config, maps } = renderConfig(freshLayout(stateOf([])), settings, 'g');
  t.notRegex(config, /mirror|copy|lua/);
  t.false('mirrors.lua' in maps);
  const mirrored = renderConfig(freshLayout(stateOf([mirror({}), mirror({})])), settings, 'g-1');
  t.regex(mirrored.config, /lua-load-per-thread mirrors\.lua/);
  t.is(mirrored.config.match(/http-request lua\.gantry_mirror/g)?.length, 2);
  t.regex(mirrored.maps['mirrors.lua'] ?? '', /local generation = "g-1"/);
  t.throws(() => renderConfig(freshLayout(stateOf([mirror({})])), settings, 'a"b'));
});
