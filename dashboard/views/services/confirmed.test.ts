import test from 'ava';
import type { Node } from '@gantry/api/kinds/node';
import { confirmation, confirmationText } from './confirmed.ts';

const node = (name: string, ready: string) =>
  ({ metadata: { name }, status: { conditions: [{ type: 'Ready', status: ready }] } }) as unknown as Node;
const lease = (name: string, revision: string, splits?: string) => ({
  metadata: {
    name,
    annotations: {
      'gantry.dev/proxy-revision': revision,
      ...(splits === undefined ? {} : { 'gantry.dev/split-revision': splits }),
    },
  },
});
const nodes = [node('a', 'True'), node('b', 'True'), node('gone', 'False'), node('plain', 'True')];
const leases = [lease('a', '9', '7'), lease('b', '5'), lease('gone', '1'), { metadata: { name: 'plain' } }];

test('only live nodes with a proxy count', (t) => {
  t.deepEqual(confirmation(nodes, leases, { endpointsAt: 6 }), { confirmed: ['a'], behind: ['b'] });
  t.deepEqual(confirmation(nodes, leases, { endpointsAt: 5 }), { confirmed: ['a', 'b'], behind: [] });
  t.deepEqual(confirmation(nodes, leases, { splitAt: 7 }), { confirmed: ['a'], behind: ['b'] });
});

test('in words', (t) => {
  t.is(confirmationText({ confirmed: [], behind: [] }), 'no node with a service proxy is ready');
  t.is(confirmationText({ confirmed: ['a', 'b'], behind: [] }), 'confirmed by all 2 proxies');
  t.is(confirmationText({ confirmed: ['a'], behind: ['b'] }), 'confirmed by 1 of 2 proxies; not yet by b');
});
