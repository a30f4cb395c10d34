import test, { type ExecutionContext } from 'ava';
import { createClient } from '@gantry/api/http-client';
import type { Node } from '@gantry/api/kinds/node';
import { seededRandom } from '@gantry/kit/random';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { createToyApi } from '../toy/toy-api.ts';
import { followNode } from './follow-node.ts';
import { createNodeNews } from './node-news.ts';

const LISTS = 'GET nodes';
const TURNS_MAX = 1_000;

function aBench(t: ExecutionContext) {
  const api = createToyApi();
  const clock = new VirtualClock(0);
  const news = createNodeNews();
  const end = new AbortController();
  t.teardown(() => end.abort());
  let current: Node | undefined;
  let taken = 0;
  const copy = {
    current: () => current,
    take(node: Node | undefined) {
      current = node;
      taken += 1;
    },
  };
  const client = createClient({ transport: api.transport });
  const deps = { client, clock, random: seededRandom(1), nodeName: 'n1', nodeNews: news };
  void followNode(deps, copy, end.signal);
  return {
    ...{ api, clock, news },
    taken: () => taken,
    revision: () => current?.metadata.resourceVersion,
    put: (label: string) =>
      api.put('nodes', {
        ...{ apiVersion: 'v1', kind: 'Node', spec: {} },
        metadata: { name: 'n1', labels: { label } },
      }).metadata.resourceVersion ?? '',
    async until(holds: () => boolean) {
      for (let turn = 0; turn < TURNS_MAX && !holds(); turn += 1) await nextTurn();
      t.true(holds());
    },
  };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('while no tunnel tells, the node is watched', async (t) => {
  const bench = aBench(t);
  const first = bench.put('a');
  await bench.until(() => bench.revision() === first);
  const second = bench.put('b');
  await bench.until(() => bench.revision() === second);
});

test('once a tunnel tells, there is no watch: what is said is read, and only that', async (t) => {
  const bench = aBench(t);
  const first = bench.put('a');
  await bench.until(() => bench.revision() === first);
  const teller = {};
  bench.news.hear(teller, first);
  const second = bench.put('b');
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  t.is(bench.revision(), first);
  bench.news.hear(teller, second);
  await bench.until(() => bench.revision() === second);
  const requests = bench.api.requests.length;
  // What the agent knows already, as another replica tells it as well.
  bench.news.hear({}, second);
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  t.is(bench.api.requests.length, requests);
});

test('a node that is gone is told as gone, once', async (t) => {
  const bench = aBench(t);
  bench.news.hear({}, bench.put('a'));
  await bench.until(() => bench.taken() === 1);
  bench.api.remove('nodes', 'n1');
  bench.news.hear({}, '');
  await bench.until(() => bench.taken() === 2);
  t.is(bench.revision(), undefined);
});

test('a read that fails is tried again', async (t) => {
  const bench = aBench(t);
  const first = bench.put('a');
  bench.api.isAway = true;
  bench.news.hear({}, first);
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  t.is(bench.revision(), undefined);
  bench.api.isAway = false;
  bench.clock.advance(10_000);
  await bench.until(() => bench.revision() === first);
});

test('when the last tunnel that tells is closed, the node is watched again', async (t) => {
  const bench = aBench(t);
  const [one, other] = [{}, {}];
  const first = bench.put('a');
  bench.news.hear(one, first);
  bench.news.hear(other, first);
  await bench.until(() => bench.revision() === first);
  bench.news.lose(one);
  const second = bench.put('b');
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  t.is(bench.revision(), first);
  bench.news.lose(other);
  await bench.until(() => bench.revision() === second);
  t.true(bench.api.requests.includes(LISTS));
});
