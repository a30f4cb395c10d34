// Ports of Services of type LoadBalancer on one node, and the kernel's rules for them.
import test from 'ava';
import type { ServiceSpec } from '@gantry/api/kinds/service';
import { freshLayout } from './layout.ts';
import { nftRules } from './nft-rules.ts';
import { describeIssue, proxyStateOf, type ProxyState } from './proxy-state.ts';
import { NO_ROUTE_LISTS } from './routes/route-lists.ts';
import { aService, aSlice } from './test-services.ts';

const settings = { httpPort: 10_080, tcpPort: 10_081, serviceCidr: '10.96.0.0/16', connectionsMax: 2_000 };

function stateOf(
  spec: Partial<ServiceSpec> = {},
  { held, endpoint = '10.244.0.2' }: { held?: number; endpoint?: string } = {},
): ProxyState {
  const web = aService('web', '10.96.0.1', undefined, { type: 'LoadBalancer', ...spec });
  return proxyStateOf([web], [aSlice('web', [endpoint], { name: 'http', port: 80 })], {
    lists: NO_ROUTE_LISTS,
    holder: (port) => (port === held ? 'nginx' : undefined),
    ownAddresses: new Set(['192.0.2.1']),
  });
}

test('the port leads to the slot of the Service, at the addresses of the node', (t) => {
  const state = stateOf();
  t.is(state.services[0]?.outerPort, 80);
  const { maps } = freshLayout(state);
  t.is(maps['node-ports'].get('80'), maps.services.get('10.96.0.1:80'));
  t.true(nftRules(state, settings, 'n').includes('elements = { 80 }'));
});

test('a port that a program or a pod of the host has is left to it, and told', (t) => {
  const held = stateOf({}, { held: 80 });
  t.is(held.services[0]?.outerPort, undefined);
  t.deepEqual(held.issues.map(describeIssue), ['shop/web/80: port 80 of this node is held by nginx']);
  const own = stateOf({}, { endpoint: '192.0.2.1' });
  t.is(own.services[0]?.outerPort, undefined);
  t.deepEqual(
    own.issues.map(({ type }) => type),
    ['outer-port-held'],
  );
});

test('another class has no port here; ranges are a rule each', (t) => {
  t.is(stateOf({ loadBalancerClass: 'example.com/cloud' }).services[0]?.outerPort, undefined);
  const rules = nftRules(stateOf({ loadBalancerSourceRanges: ['10.0.0.0/8', '10.1.0.0/16'] }), settings, 'n');
  t.false(rules.includes('elements = { 80 }'));
  for (const range of ['10.0.0.0/8', '10.1.0.0/16'])
    t.true(rules.includes(`fib daddr type local tcp dport 80 ip saddr ${range} redirect to :10080`));
});
