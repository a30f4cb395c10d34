import test from 'ava';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import { silentLogger } from '@gantry/kit/logger';
import type { TunnelRequest } from '@gantry/kit/tunnel/tunnel-request';
import type { CacheEvent } from '../cache/cache.ts';
import { tellNodes } from './tell-nodes.ts';

function node(name: string, resourceVersion: string): Node {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, resourceVersion }, spec: {} };
}

test('a node is told where it is when its tunnel opens, and whenever it changes; one without a tunnel does no harm', (t) => {
  const nodes = new Map([['n1', node('n1', '5')]]);
  const told: [string, TunnelRequest][] = [];
  let opened: (name: string) => void = () => undefined;
  let happened: (event: CacheEvent) => void = () => undefined;
  const stop = tellNodes({
    logger: silentLogger,
    cache: {
      get: (_definition, { name }) => nodes.get(name) as never,
      onEvent(definition, listener) {
        t.is(definition, nodeKind as never);
        happened = listener;
        return () => (happened = () => undefined);
      },
    },
    tunnels: {
      open(name, request) {
        if (name !== 'n1') throw new Error('not connected');
        told.push([name, request]);
        return {} as never;
      },
      onOpen(listener) {
        opened = listener;
        return () => (opened = () => undefined);
      },
    },
  });
  opened('n1');
  const changed = node('n1', '6');
  nodes.set('n1', changed);
  happened({ type: 'MODIFIED', object: changed, revision: 6 });
  nodes.delete('n1');
  happened({ type: 'DELETED', object: changed, revision: 7 });
  happened({ type: 'ADDED', object: node('n2', '8'), revision: 8 });
  const news = (revision: string): [string, TunnelRequest] => ['n1', { kind: 'node', revision }];
  t.deepEqual(told, [news('5'), news('6'), news('')]);
  stop();
  opened('n1');
  t.is(told.length, 3);
});
